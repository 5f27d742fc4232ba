#pragma once

#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>
#include <sys/stat.h>

#include <boost/system/error_code.hpp>

namespace jellyfish::detail {

/// Reads a file through a descriptor that executed programs do not inherit, unlike descriptors of
/// standard streams and of OpenSSL's file functions.
[[nodiscard]] inline std::string read_file(const std::string& path,
                                           boost::system::error_code& code) {
    const auto failed = [&code](int why) {
        code.assign(why, boost::system::system_category());
        return std::string();
    };
    struct close_file {
        void operator()(std::FILE* file) const noexcept { (void)std::fclose(file); }
    };
    const std::unique_ptr<std::FILE, close_file> file(std::fopen(path.c_str(), "rbe"));
    if (!file) return failed(errno);
    struct stat found {};
    if (::fstat(::fileno(file.get()), &found) != 0) return failed(errno);
    if (S_ISDIR(found.st_mode)) return failed(EISDIR);
    std::string content;
    char piece[16'384];
    while (const std::size_t size = std::fread(piece, 1, sizeof piece, file.get()))
        content.append(piece, size);
    if (std::ferror(file.get()) != 0) return failed(EIO);
    code = {};
    return content;
}

}  // namespace jellyfish::detail
