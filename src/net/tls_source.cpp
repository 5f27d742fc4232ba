#include "net/tls_source.hpp"

#include <sys/stat.h>

namespace jellyfish::detail {
namespace {

std::int64_t nanoseconds(const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

file_stamp stamp_of(const std::string& file) {
    struct stat found = {};
    if (::stat(file.c_str(), &found) != 0) return {};
#ifdef __APPLE__
    return {static_cast<std::uint64_t>(found.st_dev), found.st_ino, found.st_size,
            nanoseconds(found.st_mtimespec), nanoseconds(found.st_ctimespec)};
#else
    return {found.st_dev, found.st_ino, found.st_size, nanoseconds(found.st_mtim),
            nanoseconds(found.st_ctim)};
#endif
}

}  // namespace

file_stamps stamps_of(const std::vector<std::string>& files) {
    file_stamps stamps;
    stamps.reserve(files.size());
    for (const std::string& each : files)
        stamps.push_back(stamp_of(each));
    return stamps;
}

}  // namespace jellyfish::detail
