#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

/// @file
/// Runs a fuzz target once for each file in the folders given as arguments, where libFuzzer is
/// missing: the initial corpus and past findings are tests.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

bool run(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    if (!file) {
        std::fprintf(stderr, "cannot read %s\n", path.c_str());
        return false;
    }
    // Printed first, since a finding aborts the program.
    std::printf("%s, %zu bytes\n", path.c_str(), bytes.size());
    std::fflush(stdout);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    return true;
}

std::vector<fs::path> inputs_of(const fs::path& where) {
    if (!fs::is_directory(where)) return {where};
    std::vector<fs::path> all;
    for (const fs::directory_entry& each : fs::directory_iterator(where))
        all.push_back(each.path());
    std::sort(all.begin(), all.end());
    return all;
}

}  // namespace

int main(int count, char** arguments) {
    std::size_t runs = 0;
    for (int i = 1; i < count; ++i) {
        for (const fs::path& each : inputs_of(arguments[i])) {
            if (!run(each)) return 1;
            ++runs;
        }
    }
    if (runs == 0) {
        std::fprintf(stderr, "usage: %s FILE_OR_FOLDER...: nothing to run\n", arguments[0]);
        return 1;
    }
    std::printf("%zu inputs\n", runs);
}
