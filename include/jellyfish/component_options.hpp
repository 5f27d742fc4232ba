#pragma once

#include <jellyfish/component.hpp>
#include <jellyfish/s3_credentials.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

/// @file
/// How components are made (protocol: "REST", the table of components).
///
/// Setters return the object, so that they can be chained; the same names without an argument read.
/// What is not set is left to the server. Values are checked when a component is added, before
/// anything is sent: `errc::invalid_argument`.

namespace jellyfish {

/// An HTTP live stream of the room, which must enforce the codec `h264`. One for each room.
class component_options_hls {
public:
    component_options_hls() {}  // User-provided: see s3_credentials.

    /// Default: false.
    component_options_hls& low_latency(bool value) {
        low_latency_ = value;
        return *this;
    }
    /// Returns whether low latency is enabled.
    [[nodiscard]] const std::optional<bool>& low_latency() const noexcept { return low_latency_; }

    /// Whether the stream stays when the room has gone. Default: false.
    component_options_hls& persistent(bool value) {
        persistent_ = value;
        return *this;
    }
    /// Returns whether the stream is persistent.
    [[nodiscard]] const std::optional<bool>& persistent() const noexcept { return persistent_; }

    /// How much of the stream can be played at a time, in whole seconds. At least 1 s. Default: all
    /// of it.
    component_options_hls& target_window_duration(std::chrono::seconds value) {
        target_window_duration_ = value;
        return *this;
    }
    /// Returns the target window duration.
    [[nodiscard]] const std::optional<std::chrono::seconds>& target_window_duration()
        const noexcept {
        return target_window_duration_;
    }

    /// Default: `automatic`.
    component_options_hls& subscribe_mode(jellyfish::subscribe_mode value) {
        subscribe_mode_ = value;
        return *this;
    }
    /// Returns the subscribe mode.
    [[nodiscard]] const std::optional<jellyfish::subscribe_mode>& subscribe_mode() const noexcept {
        return subscribe_mode_;
    }

    /// Where the stream is uploaded to when the room ends. Default: nowhere.
    component_options_hls& s3(s3_credentials value) {
        s3_ = std::move(value);
        return *this;
    }
    /// Returns the S3 credentials.
    [[nodiscard]] const std::optional<s3_credentials>& s3() const noexcept { return s3_; }

    bool operator==(const component_options_hls&) const = default;

private:
    std::optional<bool> low_latency_;
    std::optional<bool> persistent_;
    std::optional<std::chrono::seconds> target_window_duration_;
    std::optional<jellyfish::subscribe_mode> subscribe_mode_;
    std::optional<s3_credentials> s3_;
};

/// An RTSP stream that comes into the room, which must enforce the codec `h264`.
class component_options_rtsp {
public:
    /// @param source_uri As `rtsp://camera:554/stream`. Not empty.
    explicit component_options_rtsp(std::string source_uri) : source_uri_(std::move(source_uri)) {}

    /// As it was given to the constructor. May hold a password.
    [[nodiscard]] const std::string& source_uri() const noexcept { return source_uri_; }

    /// The server's port for the stream. Not 0. Default: 20000.
    component_options_rtsp& rtp_port(std::uint16_t value) {
        rtp_port_ = value;
        return *this;
    }
    /// Returns the RTP port.
    [[nodiscard]] const std::optional<std::uint16_t>& rtp_port() const noexcept {
        return rtp_port_;
    }

    /// How long the server waits before it connects again. Not negative. Default: 15 s.
    component_options_rtsp& reconnect_delay(std::chrono::milliseconds value) {
        reconnect_delay_ = value;
        return *this;
    }
    /// Returns the reconnect delay.
    [[nodiscard]] const std::optional<std::chrono::milliseconds>& reconnect_delay() const noexcept {
        return reconnect_delay_;
    }

    /// How often the server shows the source that it is there. Not negative. Default: 15 s.
    component_options_rtsp& keep_alive_interval(std::chrono::milliseconds value) {
        keep_alive_interval_ = value;
        return *this;
    }
    /// Returns the keep-alive interval.
    [[nodiscard]] const std::optional<std::chrono::milliseconds>& keep_alive_interval()
        const noexcept {
        return keep_alive_interval_;
    }

    /// Whether the server opens a way through a NAT. Default: true.
    component_options_rtsp& pierce_nat(bool value) {
        pierce_nat_ = value;
        return *this;
    }
    /// Returns whether the server opens a way through a NAT.
    [[nodiscard]] const std::optional<bool>& pierce_nat() const noexcept { return pierce_nat_; }

    bool operator==(const component_options_rtsp&) const = default;

private:
    std::string source_uri_;
    std::optional<std::uint16_t> rtp_port_;
    std::optional<std::chrono::milliseconds> reconnect_delay_;
    std::optional<std::chrono::milliseconds> keep_alive_interval_;
    std::optional<bool> pierce_nat_;
};

/// A file of the server's that is played into the room.
class component_options_file {
public:
    /// @param file_path Relative to the server's folder of such files; ends in `.h264` or `.ogg`.
    explicit component_options_file(std::string file_path) : file_path_(std::move(file_path)) {}

    /// As it was given to the constructor.
    [[nodiscard]] const std::string& file_path() const noexcept { return file_path_; }

    /// Frames per second, for video only. At least 1. Default: 30.
    component_options_file& framerate(std::uint32_t value) {
        framerate_ = value;
        return *this;
    }
    /// Returns the frame rate.
    [[nodiscard]] const std::optional<std::uint32_t>& framerate() const noexcept {
        return framerate_;
    }

    bool operator==(const component_options_file&) const = default;

private:
    std::string file_path_;
    std::optional<std::uint32_t> framerate_;
};

/// Phone calls that come into the room: see `room_api::sip_dial`.
class component_options_sip {
public:
    /// @param address The registrar's, as `sip.example.com`.
    /// @param username The name to register with.
    /// @param password A secret. Never printed.
    component_options_sip(std::string address, std::string username, std::string password)
        : address_(std::move(address)),
          username_(std::move(username)),
          password_(std::move(password)) {}

    /// As it was given to the constructor.
    [[nodiscard]] const std::string& address() const noexcept { return address_; }
    /// As it was given to the constructor.
    [[nodiscard]] const std::string& username() const noexcept { return username_; }
    /// As it was given to the constructor. A secret.
    [[nodiscard]] const std::string& password() const noexcept { return password_; }

    bool operator==(const component_options_sip&) const = default;

private:
    std::string address_;
    std::string username_;
    std::string password_;
};

/// A recording of the room, which must enforce the codec `h264`. One for each room.
class component_options_recording {
public:
    component_options_recording() {}  // User-provided: see s3_credentials.

    /// What comes before the recording's name where it is kept. Default: nothing.
    component_options_recording& path_prefix(std::string value) {
        path_prefix_ = std::move(value);
        return *this;
    }
    /// Returns the path prefix.
    [[nodiscard]] const std::optional<std::string>& path_prefix() const noexcept {
        return path_prefix_;
    }

    /// Where the recording goes to. Default: where the server was told to when it started.
    component_options_recording& credentials(s3_credentials value) {
        credentials_ = std::move(value);
        return *this;
    }
    /// Returns the credentials.
    [[nodiscard]] const std::optional<s3_credentials>& credentials() const noexcept {
        return credentials_;
    }

    /// Default: `automatic`.
    component_options_recording& subscribe_mode(jellyfish::subscribe_mode value) {
        subscribe_mode_ = value;
        return *this;
    }
    /// Returns the subscribe mode.
    [[nodiscard]] const std::optional<jellyfish::subscribe_mode>& subscribe_mode() const noexcept {
        return subscribe_mode_;
    }

    bool operator==(const component_options_recording&) const = default;

private:
    std::optional<std::string> path_prefix_;
    std::optional<s3_credentials> credentials_;
    std::optional<jellyfish::subscribe_mode> subscribe_mode_;
};

/// How a component is made, of whatever kind.
using component_options =
    std::variant<component_options_hls, component_options_rtsp, component_options_file,
                 component_options_sip, component_options_recording>;

}  // namespace jellyfish
