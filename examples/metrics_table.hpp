#pragma once

#include <jellyfish/metrics.hpp>

#include <cstddef>
#include <iosfwd>

/// Prints a report as a table: a row for each peer or component, and after it one for each of its
/// tracks. Prints only the heading when no room has anything to report.
///
/// @return How many rows there are below the heading.
std::size_t print_metrics_table(std::ostream& out, const jellyfish::metrics& report);
