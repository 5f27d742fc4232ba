#pragma once

#include <jellyfish/metrics.hpp>

#include <cstddef>
#include <iosfwd>

/// Prints a report as a table: one row for each peer or component, followed by one for each of its
/// tracks. Prints only the heading when the report is empty.
///
/// @return The number of rows below the heading.
std::size_t print_metrics_table(std::ostream& out, const jellyfish::metrics& report);
