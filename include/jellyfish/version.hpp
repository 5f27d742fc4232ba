#pragma once

/// The version of this library (semantic versioning).
#define JELLYFISH_VERSION_MAJOR 0
#define JELLYFISH_VERSION_MINOR 2
#define JELLYFISH_VERSION_PATCH 0
#define JELLYFISH_VERSION "0.2.0"
