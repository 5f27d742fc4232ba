#pragma once

/// The version of this library, by the rules of semantic versioning.
#define JELLYFISH_VERSION_MAJOR 0
#define JELLYFISH_VERSION_MINOR 1
#define JELLYFISH_VERSION_PATCH 0
#define JELLYFISH_VERSION "0.1.0"
