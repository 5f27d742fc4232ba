#pragma once

#include <jellyfish/detail/config.hpp>
#include <jellyfish/notifier_options.hpp>
#include <jellyfish/reconnect_policy.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace jellyfish::fishjam {

/// Settings of an agent.
///
/// Setters return the object and can be chained. Each setter has a getter of the same name. Values
/// are validated by `connect()`, with the error `errc::invalid_option`.
class agent_options {
public:
    agent_options() {}  // User-provided: GCC 12 destroys aggregates in co_await twice.

    /// Whether and when a lost session is restored. Default: always; see `reconnect_policy`.
    agent_options& reconnect(const reconnect_policy& value) {
        reconnect_ = value;
        return *this;
    }
    /// Returns the reconnect policy.
    [[nodiscard]] const reconnect_policy& reconnect() const noexcept { return reconnect_; }

    /// The capacity of the queue for `next()`, in events. At least 1. Default: 16 384, more than
    /// five minutes of audio of one peer, or three seconds of a hundred peers.
    agent_options& queue_limit(std::size_t value) {
        queue_limit_ = value;
        return *this;
    }
    /// Returns the queue limit.
    [[nodiscard]] std::size_t queue_limit() const noexcept { return queue_limit_; }

    /// What happens when that queue is full. Default: `drop_oldest`, because old audio is rarely
    /// useful, and because an agent that only sends need not call `next()`. With `pause`, no event
    /// is lost, but `capture_image()` times out while the queue is full.
    agent_options& overflow(overflow_policy value) {
        overflow_ = value;
        return *this;
    }
    /// Returns the overflow policy.
    [[nodiscard]] overflow_policy overflow() const noexcept { return overflow_; }

    /// The size of the send queue, in bytes: `send()` waits while at least this many are queued. At
    /// least 1. Default: 256 KiB.
    agent_options& send_limit(std::size_t value) {
        send_limit_ = value;
        return *this;
    }
    /// Returns the send limit.
    [[nodiscard]] std::size_t send_limit() const noexcept { return send_limit_; }

    /// How long `capture_image()` waits for the image. Default: 5 s.
    agent_options& capture_timeout(std::chrono::milliseconds value) {
        capture_timeout_ = value;
        return *this;
    }
    /// Returns the capture timeout.
    [[nodiscard]] std::chrono::milliseconds capture_timeout() const noexcept {
        return capture_timeout_;
    }

    /// How long the server may be silent; see `notifier_options::idle_timeout`. Default: 75 s.
    agent_options& idle_timeout(std::chrono::milliseconds value) {
        idle_timeout_ = value;
        return *this;
    }
    /// Returns the idle timeout.
    [[nodiscard]] std::chrono::milliseconds idle_timeout() const noexcept { return idle_timeout_; }

    /// How long the server may take to authenticate the agent. Default: 5 s.
    agent_options& authentication_timeout(std::chrono::milliseconds value) {
        authentication_timeout_ = value;
        return *this;
    }
    /// Returns the authentication timeout.
    [[nodiscard]] std::chrono::milliseconds authentication_timeout() const noexcept {
        return authentication_timeout_;
    }

    /// How long `close()` waits for the send queue to be sent and for the server's close frame.
    /// Default: 2 s.
    agent_options& close_timeout(std::chrono::milliseconds value) {
        close_timeout_ = value;
        return *this;
    }
    /// Returns the close timeout.
    [[nodiscard]] std::chrono::milliseconds close_timeout() const noexcept {
        return close_timeout_;
    }

    /// The maximum size of a received message, such as an image, in bytes. At least 125. Default:
    /// 16 MiB.
    agent_options& max_message_size(std::size_t value) {
        max_message_size_ = value;
        return *this;
    }
    /// Returns the maximum message size.
    [[nodiscard]] std::size_t max_message_size() const noexcept { return max_message_size_; }

private:
    reconnect_policy reconnect_;
    std::size_t queue_limit_ = 16'384;
    overflow_policy overflow_ = overflow_policy::drop_oldest;
    std::size_t send_limit_ = std::size_t{256} * 1024;
    std::chrono::milliseconds capture_timeout_{5'000};
    std::chrono::milliseconds idle_timeout_{75'000};
    std::chrono::milliseconds authentication_timeout_{5'000};
    std::chrono::milliseconds close_timeout_{2'000};
    std::size_t max_message_size_ = std::size_t{16} * 1024 * 1024;
};

/// How the audio of an agent's track is encoded.
enum class audio_encoding : std::uint8_t {
    pcm16 = 1,  ///< Signed 16-bit samples, little-endian.
    opus,       ///< One Opus packet in each call of `send()`.
};

/// An audio track that an agent adds to its room.
///
/// Setters return the object and can be chained. Each setter has a getter of the same name.
class agent_track_options {
public:
    agent_track_options() {}  // User-provided: GCC 12 destroys aggregates in co_await twice.

    /// The encoding of the data passed to `send()`. Default: `pcm16`.
    agent_track_options& encoding(audio_encoding value) {
        encoding_ = value;
        return *this;
    }
    /// Returns the encoding.
    [[nodiscard]] audio_encoding encoding() const noexcept { return encoding_; }

    /// The sample rate in Hz. Fishjam accepts 16 000 and 24 000; some versions also accept 48 000.
    /// Default: 16 000.
    agent_track_options& sample_rate(std::uint32_t value) {
        sample_rate_ = value;
        return *this;
    }
    /// Returns the sample rate.
    [[nodiscard]] std::uint32_t sample_rate() const noexcept { return sample_rate_; }

    /// The number of channels. Default: 1.
    agent_track_options& channels(std::uint32_t value) {
        channels_ = value;
        return *this;
    }
    /// Returns the number of channels.
    [[nodiscard]] std::uint32_t channels() const noexcept { return channels_; }

    /// The track's metadata, which other peers receive, as JSON text. Default: `{}`.
    agent_track_options& metadata(std::string value) {
        metadata_ = std::move(value);
        return *this;
    }
    /// Returns the metadata.
    [[nodiscard]] const std::string& metadata() const noexcept { return metadata_; }

private:
    audio_encoding encoding_ = audio_encoding::pcm16;
    std::uint32_t sample_rate_ = 16'000;
    std::uint32_t channels_ = 1;
    std::string metadata_ = "{}";
};

}  // namespace jellyfish::fishjam
