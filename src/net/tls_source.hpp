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

/// The identity of a file's contents, without opening it: differs once the file has changed.
struct file_stamp {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;  ///< 0 if the file does not exist.
    std::int64_t size = 0;
    std::int64_t modified = 0;  ///< In nanoseconds, like `changed`.
    std::int64_t changed = 0;   ///< Also updated by changes that preserve `modified`.

    bool operator==(const file_stamp&) const = default;
};

using file_stamps = std::vector<file_stamp>;

[[nodiscard]] file_stamps stamps_of(const std::vector<std::string>& files);

/// Provides the TLS context for an object's connections. The context is loaded from files, and
/// reloaded for the next connection after a file has changed. If loading fails (a file is missing
/// for a moment, a key was replaced before its certificate, no descriptors are left), the last
/// valid context stays in use, and each connection tries to load again. Thread-safe.
template <class Context>
class tls_source {
public:
    using context_ptr = std::shared_ptr<Context>;

    /// @param files The files that `make` reads.
    /// @param make Returns a new context; throws on failure.
    /// @param log Logs that the files were reloaded or could not be loaded.
    tls_source(std::vector<std::string> files, std::function<context_ptr()> make,
               std::function<void(log_level, const std::string&)> log)
        : files_(std::move(files)), make_(std::move(make)), log_(std::move(log)) {}

    /// Returns the context for a new connection.
    /// @throws jellyfish::error if loading fails and there is no previous context.
    [[nodiscard]] context_ptr current() {
        std::unique_lock lock(mutex_);
        file_stamps seen = stamps_of(files_);
        if (context_ && seen == read_) return context_;
        const bool first = !context_;
        try {
            renew(seen);
        } catch (const error& e) {
            if (first) throw;
            context_ptr kept = context_;
            const bool reported = seen == failed_;
            failed_ = std::move(seen);
            lock.unlock();
            if (!reported) {
                log_(log_level::warning,
                     std::string("TLS files changed but could not be loaded; the previous "
                                 "ones stay in use: ") +
                         e.what());
            }
            return kept;
        }
        context_ptr made = context_;
        lock.unlock();
        if (!first) log_(log_level::info, "TLS files changed and were reloaded");
        return made;
    }

    /// Loads the files now, whether or not they have changed.
    /// @param operation The operation named in an error.
    /// @throws jellyfish::error if loading fails; the last valid context stays in use.
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
    /// @param seen The stamps taken before the files are read, so that a change during reading is
    ///     detected later.
    void renew(file_stamps seen) {
        try {
            context_ = make_();
        } catch (const error&) {
            throw;
        } catch (const std::exception& e) {  // Out of memory, in OpenSSL or the system.
            throw error(errc::tls_configuration, {"connect", "", e.what(), 0, ""});
        }
        read_ = std::move(seen);
        failed_.clear();
    }

    const std::vector<std::string> files_;
    const std::function<context_ptr()> make_;
    const std::function<void(log_level, const std::string&)> log_;

    std::mutex mutex_;
    context_ptr context_;  // The last valid one.
    file_stamps read_;     // The stamps of the files in `context_`.
    file_stamps failed_;   // The stamps of the last failure logged.
};

}  // namespace jellyfish::detail
