#pragma once

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace jellyfish::soak {

struct footprint {
    std::size_t files = 0;   ///< Open file descriptors.
    std::size_t memory = 0;  ///< Resident, in bytes.

    /// Sets each figure to the larger of both.
    void include(const footprint& other) {
        files = std::max(files, other.files);
        memory = std::max(memory, other.memory);
    }
};

inline footprint footprint_of_this_process() {
    namespace fs = std::filesystem;
    footprint out;
    out.files = static_cast<std::size_t>(
        std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator()));
    std::ifstream statm("/proc/self/statm");
    std::size_t pages = 0;
    statm >> pages >> pages;
    out.memory = pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    return out;
}

}  // namespace jellyfish::soak
