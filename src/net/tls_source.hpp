#pragma once

#include <jellyfish/error.hpp>
#include <jellyfish/logger.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace jellyfish::detail {

/// What the system knows of a file without opening it: whether it is still the one that was read.
struct file_stamp {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;  ///< 0 when there is no such file.
    std::int64_t size = 0;
    std::int64_t modified = 0;  ///< In nanoseconds, as `changed`.
    std::int64_t changed = 0;   ///< Also by what keeps the time of modification.

    bool operator==(const file_stamp&) const = default;
};

using file_stamps = std::vector<file_stamp>;

[[nodiscard]] file_stamps stamps_of(const std::vector<std::string>& files);

/// Where an object's connections get their TLS context: made from files, and made anew for the next
/// connection when these have changed. Files that cannot be used now (away for a moment, a key that
/// is replaced before its certificate, no descriptors left) leave the last good context in use, and
/// are tried again for each connection. Any thread may call any member.
template <class Context>
class tls_source {
public:
    using context_ptr = std::shared_ptr<Context>;

    /// @param files What `make` reads.
    /// @param make Makes a context; throws what says why it cannot.
    /// @param log Where it is said that files were read again, or cannot be used.
    tls_source(std::vector<std::string> files, std::function<context_ptr()> make,
               std::function<void(log_level, const std::string&)> log)
        : files_(std::move(files)), make_(std::move(make)), log_(std::move(log)) {}

    /// The context for a new connection.
    /// @throws jellyfish::error when there has not been a good one yet.
    [[nodiscard]] context_ptr current() {
        std::unique_lock lock(mutex_);
        file_stamps seen = stamps_of(files_);
        if (context_ && seen == read_) return context_;
        const bool first = !context_;
        try {
            renew(seen);
        } catch (const error& e) {
            if (first) throw;
            const context_ptr kept = context_;
            const bool reported = seen == refused_;
            refused_ = std::move(seen);
            lock.unlock();
            if (!reported) {
                log_(log_level::warning,
                     std::string("TLS files have changed and cannot be used, so what was read "
                                 "before stays in use: ") +
                         e.what());
            }
            return kept;
        }
        context_ptr made = context_;
        lock.unlock();
        if (!first) log_(log_level::info, "TLS files have changed and were read again");
        return made;
    }

    /// Reads the files now, whether or not they have changed.
    /// @param operation What an error names as the operation.
    /// @throws jellyfish::error when they cannot be used; the last good context stays in use.
    void reload(std::string operation) {
        const std::lock_guard lock(mutex_);
        try {
            renew(stamps_of(files_));
        } catch (const error& e) {
            diagnostics info = e.info();
            info.operation = std::move(operation);
            throw error(e.code(), std::move(info));
        }
    }

private:
    /// @param seen The stamps from before the files are read: a change meanwhile is noticed later.
    void renew(file_stamps seen) {
        try {
            context_ = make_();
        } catch (const error&) {
            throw;
        } catch (const std::exception& e) {  // OpenSSL or the system has no memory left.
            throw error(errc::tls_configuration, {"connect", "", e.what(), 0, ""});
        }
        read_ = std::move(seen);
        refused_.clear();
    }

    const std::vector<std::string> files_;
    const std::function<context_ptr()> make_;
    const std::function<void(log_level, const std::string&)> log_;

    std::mutex mutex_;
    context_ptr context_;  // The last good one.
    file_stamps read_;     // Of the files that it was made from.
    file_stamps refused_;  // What was logged last as not usable.
};

}  // namespace jellyfish::detail
