#pragma once

#include "support/certificates.hpp"
#include "support/temporary_folder.hpp"

#include <filesystem>
#include <string>

namespace jellyfish::test {

/// A certificate for 127.0.0.1 and its key in files, and the authority that signed it.
class certificate_files {
public:
    certificate_files() { renew(); }

    /// Other files take their place, of another authority.
    void renew() {
        const certificate signer = make_authority();
        identity = make_certificate(signer, {});
        certificate_file_ = folder_.write("certificate.pem", identity.pem);
        key_file_ = folder_.write("key.pem", identity.key);
        authority_file_ = folder_.write("authority.pem", signer.pem);
        authority = signer.pem;
    }

    [[nodiscard]] const std::string& certificate_file() const { return certificate_file_; }
    [[nodiscard]] const std::string& key_file() const { return key_file_; }
    [[nodiscard]] const std::string& authority_file() const { return authority_file_; }

    /// Another file takes the place of one of these at once, as a secrets manager does it.
    void replace(const std::string& file, const std::string& text) const {
        std::filesystem::rename(folder_.write("fresh.pem", text), file);
    }

    std::string authority;  ///< PEM text.
    certificate identity;   ///< What is in the files.

private:
    temporary_folder folder_;
    std::string certificate_file_;
    std::string key_file_;
    std::string authority_file_;
};

}  // namespace jellyfish::test
