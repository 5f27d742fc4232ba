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
/// Options for new components (protocol: "REST", the table of components).
///
/// Setters return the object, so calls can be chained. Each setter has a getter of the same name.
/// The server uses its defaults for unset options. `room_api::add_component` checks the values
/// before it sends anything, and reports `errc::invalid_argument`.

namespace jellyfish {

/// An HTTP live stream of the room, which must enforce the codec `h264`. One per room.
class component_options_hls {
public:
    component_options_hls() {}  // User-provided: see s3_credentials.

    /// Whether the stream uses partial segments (LL-HLS). Default: false.
    component_options_hls& low_latency(bool value) {
        low_latency_ = value;
        return *this;
    }
    /// Returns whether low latency is enabled.
    [[nodiscard]] const std::optional<bool>& low_latency() const noexcept { return low_latency_; }

    /// Whether the stream outlives the room. Default: false.
    component_options_hls& persistent(bool value) {
        persistent_ = value;
        return *this;
    }
    /// Returns whether the stream is persistent.
    [[nodiscard]] const std::optional<bool>& persistent() const noexcept { return persistent_; }

    /// How much of the stream is playable at a time, in whole seconds. At least 1 s. Default: all.
    component_options_hls& target_window_duration(std::chrono::seconds value) {
        target_window_duration_ = value;
        return *this;
    }
    /// Returns the target window duration.
    [[nodiscard]] const std::optional<std::chrono::seconds>& target_window_duration()
        const noexcept {
        return target_window_duration_;
    }

    /// Which tracks the component receives. Default: `automatic`.
    component_options_hls& subscribe_mode(jellyfish::subscribe_mode value) {
        subscribe_mode_ = value;
        return *this;
    }
    /// Returns the subscribe mode.
    [[nodiscard]] const std::optional<jellyfish::subscribe_mode>& subscribe_mode() const noexcept {
        return subscribe_mode_;
    }

    /// Where the stream is uploaded when the room ends. Default: no upload.
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

/// An RTSP stream added to the room, which must enforce the codec `h264`.
class component_options_rtsp {
public:
    /// @param source_uri A URI such as `rtsp://camera:554/stream`. Not empty.
    explicit component_options_rtsp(std::string source_uri) : source_uri_(std::move(source_uri)) {}

    /// Returns the source URI, which may contain a password.
    [[nodiscard]] const std::string& source_uri() const noexcept { return source_uri_; }

    /// The port on which the server receives the stream. Not 0. Default: 20000.
    component_options_rtsp& rtp_port(std::uint16_t value) {
        rtp_port_ = value;
        return *this;
    }
    /// Returns the RTP port.
    [[nodiscard]] const std::optional<std::uint16_t>& rtp_port() const noexcept {
        return rtp_port_;
    }

    /// The delay before the server reconnects. Not negative. Default: 15 s.
    component_options_rtsp& reconnect_delay(std::chrono::milliseconds value) {
        reconnect_delay_ = value;
        return *this;
    }
    /// Returns the reconnect delay.
    [[nodiscard]] const std::optional<std::chrono::milliseconds>& reconnect_delay() const noexcept {
        return reconnect_delay_;
    }

    /// The time between the server's keep-alive messages. Not negative. Default: 15 s.
    component_options_rtsp& keep_alive_interval(std::chrono::milliseconds value) {
        keep_alive_interval_ = value;
        return *this;
    }
    /// Returns the keep-alive interval.
    [[nodiscard]] const std::optional<std::chrono::milliseconds>& keep_alive_interval()
        const noexcept {
        return keep_alive_interval_;
    }

    /// Whether the server opens a path through a NAT. Default: true.
    component_options_rtsp& pierce_nat(bool value) {
        pierce_nat_ = value;
        return *this;
    }
    /// Returns whether the server opens a path through a NAT.
    [[nodiscard]] const std::optional<bool>& pierce_nat() const noexcept { return pierce_nat_; }

    bool operator==(const component_options_rtsp&) const = default;

private:
    std::string source_uri_;
    std::optional<std::uint16_t> rtp_port_;
    std::optional<std::chrono::milliseconds> reconnect_delay_;
    std::optional<std::chrono::milliseconds> keep_alive_interval_;
    std::optional<bool> pierce_nat_;
};

/// A file on the server that is played into the room.
class component_options_file {
public:
    /// @param file_path Relative to the server's folder of source files; ends in `.h264` or `.ogg`.
    explicit component_options_file(std::string file_path) : file_path_(std::move(file_path)) {}

    /// Returns the file path.
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

/// Phone calls connected to the room; see `room_api::sip_dial`.
class component_options_sip {
public:
    /// @param address The address of the registrar, such as `sip.example.com`.
    /// @param username The name to register with.
    /// @param password A secret. Never printed.
    component_options_sip(std::string address, std::string username, std::string password)
        : address_(std::move(address)),
          username_(std::move(username)),
          password_(std::move(password)) {}

    /// Returns the registrar's address.
    [[nodiscard]] const std::string& address() const noexcept { return address_; }
    /// Returns the user name.
    [[nodiscard]] const std::string& username() const noexcept { return username_; }
    /// Returns the password. A secret.
    [[nodiscard]] const std::string& password() const noexcept { return password_; }

    bool operator==(const component_options_sip&) const = default;

private:
    std::string address_;
    std::string username_;
    std::string password_;
};

/// A recording of the room, which must enforce the codec `h264`. One per room.
class component_options_recording {
public:
    component_options_recording() {}  // User-provided: see s3_credentials.

    /// A prefix for the recording's path in storage. Default: none.
    component_options_recording& path_prefix(std::string value) {
        path_prefix_ = std::move(value);
        return *this;
    }
    /// Returns the path prefix.
    [[nodiscard]] const std::optional<std::string>& path_prefix() const noexcept {
        return path_prefix_;
    }

    /// Where the recording is stored. Default: the location in the server's configuration.
    component_options_recording& credentials(s3_credentials value) {
        credentials_ = std::move(value);
        return *this;
    }
    /// Returns the credentials.
    [[nodiscard]] const std::optional<s3_credentials>& credentials() const noexcept {
        return credentials_;
    }

    /// Which tracks the component receives. Default: `automatic`.
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

/// Options for a new component of any kind.
using component_options =
    std::variant<component_options_hls, component_options_rtsp, component_options_file,
                 component_options_sip, component_options_recording>;

}  // namespace jellyfish
