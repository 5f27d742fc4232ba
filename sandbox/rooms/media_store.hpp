#pragma once

#include "sandbox/rooms/component_options.hpp"
#include "sandbox/rooms/room_registry.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jellyfish::testing::detail {

/// The resource folder of a server: `file_component_sources/`, `recordings/<id>/` and
/// `temporary_hls/<room id>/`. Empty without a folder.
class media_store {
public:
    /// The outcome of a request for a file.
    enum class outcome {
        found,
        missing,
        bad_recording,  ///< The recording's id leads outside the folder.
        bad_path,       ///< The file's name leads outside its folder.
    };
    struct file {
        outcome result = outcome::missing;
        std::string content;
    };

    explicit media_store(std::filesystem::path folder) : folder_(std::move(folder)) {}

    [[nodiscard]] source_file find_source(const std::string& path) const;

    void start_hls(const std::string& room_id, bool persistent);
    void stop_hls(const std::string& room_id);
    void stop_all_hls() { live_.clear(); }
    /// Removes the files of a deleted room unless they are persistent.
    /// @return Whether they were uploaded, when an upload was requested.
    bool finish_hls(const std::string& room_id, const hls_task& task);

    [[nodiscard]] file read_hls(const std::string& room_id, const std::string& name) const;
    [[nodiscard]] file read_recording(const std::string& id, const std::string& name) const;
    [[nodiscard]] std::vector<std::string> recordings() const;
    outcome delete_recording(const std::string& id);

private:
    [[nodiscard]] std::optional<std::filesystem::path> inside(const std::filesystem::path& base,
                                                              const std::string& relative) const;
    [[nodiscard]] std::filesystem::path hls_folder(const std::string& room_id,
                                                   bool persistent) const;
    [[nodiscard]] outcome find_recording(const std::string& id, std::filesystem::path& path) const;

    std::filesystem::path folder_;
    std::map<std::string, std::filesystem::path> live_;  ///< The folder of each room's stream.
};

}  // namespace jellyfish::testing::detail
