#pragma once

#include "support/certificates.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace jellyfish::test {

/// A folder that goes with this object.
class temporary_folder {
public:
    temporary_folder() {
        std::string name = (std::filesystem::temp_directory_path() / "jellyfish-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
        path_ = name;
    }
    ~temporary_folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    /// Writes a file, and the folders it is in; gives its whole path.
    std::string write(const std::string& name, const std::string& content) const {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name, std::ios::binary) << content;
        return (path_ / name).string();
    }

private:
    std::filesystem::path path_;
};

/// A certificate for 127.0.0.1 and its key in files, and the authority that signed it.
class certificate_files {
public:
    certificate_files() {
        const certificate signer = make_authority();
        const certificate identity = make_certificate(signer, {});
        certificate_file_ = folder_.write("certificate.pem", identity.pem);
        key_file_ = folder_.write("key.pem", identity.key);
        authority_file_ = folder_.write("authority.pem", signer.pem);
        authority = signer.pem;
    }

    [[nodiscard]] const std::string& certificate_file() const { return certificate_file_; }
    [[nodiscard]] const std::string& key_file() const { return key_file_; }
    [[nodiscard]] const std::string& authority_file() const { return authority_file_; }

    std::string authority;  ///< PEM text.

private:
    temporary_folder folder_;
    std::string certificate_file_;
    std::string key_file_;
    std::string authority_file_;
};

}  // namespace jellyfish::test
