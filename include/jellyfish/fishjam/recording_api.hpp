#pragma once

#include <jellyfish/basic_client_view.hpp>
#include <jellyfish/detail/client_view.hpp>
#include <jellyfish/detail/initiate.hpp>
#include <jellyfish/notification.hpp>
#include <jellyfish/open_enum.hpp>

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

namespace jellyfish {
namespace fishjam {

/// The source of a recording: an output of a composition.
class recording_source {
public:
    recording_source() {}  // User-provided: see room_config.

    /// @param composition_url The URL of the composition.
    /// @param output_id The id of the output.
    recording_source(std::string composition_url, std::string output_id)
        : composition_url_(std::move(composition_url)), output_id_(std::move(output_id)) {}

    /// Returns the URL of the composition.
    [[nodiscard]] const std::string& composition_url() const noexcept { return composition_url_; }
    /// Returns the id of the output.
    [[nodiscard]] const std::string& output_id() const noexcept { return output_id_; }

    /// The factor by which the video is scaled. Greater than 0. Default: 1.
    recording_source& scale_ratio(double value) {
        scale_ratio_ = value;
        return *this;
    }
    /// Returns the factor; empty unless set.
    [[nodiscard]] const std::optional<double>& scale_ratio() const noexcept { return scale_ratio_; }

    bool operator==(const recording_source&) const = default;

private:
    std::string composition_url_;
    std::string output_id_;
    std::optional<double> scale_ratio_;
};

/// Settings for a new recording.
class recording_config {
public:
    /// @param source The source to record.
    explicit recording_config(recording_source source) : source_(std::move(source)) {}

    /// Returns the source to record.
    [[nodiscard]] const recording_source& source() const noexcept { return source_; }

    /// The metadata, by which `recording_filter` selects: the text of a JSON object. Default: none.
    recording_config& metadata(std::string json) {
        metadata_ = std::move(json);
        return *this;
    }
    /// Returns the metadata; empty unless set.
    [[nodiscard]] const std::optional<std::string>& metadata() const noexcept { return metadata_; }

    bool operator==(const recording_config&) const = default;

private:
    recording_source source_;
    std::optional<std::string> metadata_;
};

/// Selects recordings by their metadata.
class recording_filter {
public:
    recording_filter() {}  // User-provided: see room_config.

    /// Selects recordings whose metadata has this member, a string. May be called several times: a
    /// recording must have all of the members. Default: none.
    recording_filter& metadata(std::string key, std::string value) {
        metadata_.emplace_back(std::move(key), std::move(value));
        return *this;
    }
    /// Returns the required members.
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& metadata()
        const noexcept {
        return metadata_;
    }

    bool operator==(const recording_filter&) const = default;

private:
    std::vector<std::pair<std::string, std::string>> metadata_;
};

/// A recording.
struct recording {
    std::string id;                                                      ///< Its id.
    open_enum<recording_status> status = recording_status::unspecified;  ///< Its status.
    recording_source source;                                             ///< Its source.
    std::string metadata;    ///< JSON text; `null` if it was not set.
    std::string extra = {};  ///< As in `jellyfish::room`.

    bool operator==(const recording&) const = default;
};

/// @{
/// Prints one line, without secrets.
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const recording_source& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const recording_config& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const recording_filter& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const recording& value);
/// @}

}  // namespace fishjam

namespace detail {

/// The operations of `fishjam::basic_recording_api`.
class JELLYFISH_DECL fishjam_recording_calls : public client_view {
protected:
    using client_view::client_view;
    explicit fishjam_recording_calls(const client_view& client) : client_view(client) {}

    [[nodiscard]] operation<fishjam::recording> create_recording_operation(
        const fishjam::recording_config& config) const;
    [[nodiscard]] operation<fishjam::recording> get_recording_operation(
        std::string_view recording_id) const;
    [[nodiscard]] operation<std::vector<fishjam::recording>> get_recordings_operation(
        const fishjam::recording_filter& filter) const;
    [[nodiscard]] operation<fishjam::recording> stop_recording_operation(
        std::string_view recording_id) const;
    [[nodiscard]] operation<> delete_recording_operation(std::string_view recording_id) const;
};

}  // namespace detail

namespace fishjam {

/// Manages the recordings of Fishjam (protocol: "Fishjam"). For the recordings of Jellyfish, see
/// `jellyfish::recording_api`.
///
/// The object is a view of a `jellyfish::client`, like `fishjam::room_api`.
///
/// @errors As for `fishjam::room_api`.
/// @cancellation As for `fishjam::room_api`.
/// @exceptions As for `fishjam::room_api`.
/// @threads As for `fishjam::room_api`.
/// @lifetime As for `fishjam::room_api`.
template <class Executor = boost::asio::any_io_executor>
class basic_recording_api
    : public basic_client_view<basic_recording_api, detail::fishjam_recording_calls, Executor> {
public:
    using basic_client_view<fishjam::basic_recording_api, detail::fishjam_recording_calls,
                            Executor>::basic_client_view;

    /// Starts a recording. `POST /recordings`.
    ///
    /// @signature `void(error_code, recording)`
    /// @errors The common errors, and `errc::bad_request` (an option is invalid). Not idempotent:
    ///     never resent if the server may have executed it.
    template <detail::completion<recording>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto create_recording(const recording_config& config,
                                        Completion&&... completion) {
        return detail::initiate(this->create_recording_operation(config), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Returns a recording. `GET /recordings/{recording_id}`.
    ///
    /// @signature `void(error_code, recording)`
    /// @errors The common errors, and `errc::not_found`.
    template <detail::completion<recording>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto get_recording(std::string_view recording_id, Completion&&... completion) {
        return detail::initiate(this->get_recording_operation(recording_id), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Returns the recordings that a filter selects. `GET /recordings`.
    ///
    /// @signature `void(error_code, std::vector<recording>)`
    /// @errors The common errors.
    template <detail::completion<std::vector<recording>>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto get_recordings(const recording_filter& filter, Completion&&... completion) {
        return detail::initiate(this->get_recordings_operation(filter), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Returns all recordings. `GET /recordings`.
    ///
    /// @signature `void(error_code, std::vector<recording>)`
    /// @errors The common errors.
    template <detail::completion<std::vector<recording>>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto get_recordings(Completion&&... completion) {
        return get_recordings(recording_filter(), std::forward<Completion>(completion)...);
    }

    /// Stops a recording. Has no effect unless it is active.
    /// `POST /recordings/{recording_id}/stop`.
    ///
    /// @signature `void(error_code, recording)`
    /// @errors The common errors, and `errc::not_found`. Not idempotent: never resent if the server
    ///     may have executed it.
    template <detail::completion<recording>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto stop_recording(std::string_view recording_id, Completion&&... completion) {
        return detail::initiate(this->stop_recording_operation(recording_id), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Deletes a recording, which must not be active. `DELETE /recordings/{recording_id}`.
    ///
    /// @signature `void(error_code)`
    /// @errors The common errors, `errc::not_found`, and `errc::conflict` (the recording is
    ///     active).
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto delete_recording(std::string_view recording_id, Completion&&... completion) {
        return detail::initiate(this->delete_recording_operation(recording_id), *this,
                                std::forward<Completion>(completion)...);
    }
};

/// A `basic_recording_api` for any executor, whose operations return awaitables by default.
using recording_api = basic_recording_api<>;

}  // namespace fishjam
}  // namespace jellyfish
