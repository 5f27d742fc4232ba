#pragma once

#include <jellyfish/detail/config.hpp>

#include <string>
#include <utility>

namespace jellyfish {

/// The S3 bucket for a stream or a recording. All four values are required and must not be empty.
class s3_credentials {
public:
    s3_credentials() {}  // User-provided: GCC 12 destroys aggregates in co_await twice.

    /// The access key id. Required.
    s3_credentials& access_key_id(std::string value) {
        access_key_id_ = std::move(value);
        return *this;
    }
    /// Returns the access key id.
    [[nodiscard]] const std::string& access_key_id() const noexcept { return access_key_id_; }

    /// The secret access key. A secret, never printed. Required.
    s3_credentials& secret_access_key(std::string value) {
        secret_access_key_ = std::move(value);
        return *this;
    }
    /// Returns the secret access key.
    [[nodiscard]] const std::string& secret_access_key() const noexcept {
        return secret_access_key_;
    }

    /// The region of the bucket, such as `eu-central-1`. Required.
    s3_credentials& region(std::string value) {
        region_ = std::move(value);
        return *this;
    }
    /// Returns the region.
    [[nodiscard]] const std::string& region() const noexcept { return region_; }

    /// The name of the bucket. Required.
    s3_credentials& bucket(std::string value) {
        bucket_ = std::move(value);
        return *this;
    }
    /// Returns the bucket.
    [[nodiscard]] const std::string& bucket() const noexcept { return bucket_; }

    bool operator==(const s3_credentials&) const = default;

private:
    std::string access_key_id_;
    std::string secret_access_key_;
    std::string region_;
    std::string bucket_;
};

}  // namespace jellyfish
