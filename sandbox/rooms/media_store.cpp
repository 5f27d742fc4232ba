#include "sandbox/rooms/media_store.hpp"

#include "async/read_file.hpp"

#include <algorithm>
#include <system_error>

namespace jellyfish::testing::detail {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> read_file(const fs::path& path) {
    std::error_code code;
    if (!fs::is_regular_file(path, code)) return std::nullopt;
    boost::system::error_code failure;
    std::string content = jellyfish::detail::read_file(path.string(), failure);
    if (failure) return std::nullopt;
    return content;
}

/// Returns an absolute path; without a folder, one that contains nothing.
fs::path root_of(const fs::path& folder) {
    std::error_code code;
    fs::path out = fs::absolute(folder, code);
    return code || folder.empty() ? fs::path("/dev/null") : out;
}

bool has_zero(const std::string& text) { return text.find('\0') != text.npos; }

}  // namespace

/// Returns a path below a base folder, without `.` and `..`, or nothing when it leads outside. A
/// leading slash does not make it absolute.
std::optional<fs::path> media_store::inside(const fs::path& base,
                                            const std::string& relative) const {
    const fs::path whole = fs::path(base.string() + '/' + relative).lexically_normal();
    const fs::path root = base.lexically_normal();
    auto [end, at] = std::mismatch(root.begin(), root.end(), whole.begin(), whole.end());
    if (end != root.end() || at == whole.end() || at->empty()) return std::nullopt;
    return whole;
}

source_file media_store::find_source(const std::string& path) const {
    const fs::path base = root_of(folder_) / "file_component_sources";
    const auto whole = inside(base, path);
    if (!whole) return source_file::outside;
    std::error_code code;
    const bool there = !folder_.empty() && !has_zero(path) && fs::exists(*whole, code);
    return there ? source_file::found : source_file::missing;
}

fs::path media_store::hls_folder(const std::string& room_id, bool persistent) const {
    return root_of(folder_) / (persistent ? "recordings" : "temporary_hls") / room_id;
}

void media_store::start_hls(const std::string& room_id, bool persistent) {
    live_[room_id] = hls_folder(room_id, persistent);
}

void media_store::stop_hls(const std::string& room_id) { live_.erase(room_id); }

bool media_store::finish_hls(const std::string& room_id, const hls_task& task) {
    if (folder_.empty()) return false;
    const fs::path folder = hls_folder(room_id, task.persistent);
    std::error_code code;
    const bool there = fs::is_directory(folder, code);
    if (there && !task.persistent) fs::remove_all(folder, code);
    return there && task.upload;
}

media_store::file media_store::read_hls(const std::string& room_id, const std::string& name) const {
    const auto found = live_.find(room_id);
    if (found == live_.end()) return {};
    const auto path = inside(found->second, name);
    if (!path) return {outcome::bad_path, {}};
    if (folder_.empty() || has_zero(name)) return {};
    auto content = read_file(*path);
    if (!content) return {};
    return {outcome::found, std::move(*content)};
}

media_store::outcome media_store::find_recording(const std::string& id, fs::path& path) const {
    const auto found = inside(root_of(folder_) / "recordings", id);
    if (!found) return outcome::bad_recording;
    path = *found;
    std::error_code code;
    const bool there = !folder_.empty() && !has_zero(id) && fs::exists(path, code);
    return there && !live_.contains(id) ? outcome::found : outcome::missing;
}

media_store::file media_store::read_recording(const std::string& id,
                                              const std::string& name) const {
    fs::path folder;
    if (const outcome result = find_recording(id, folder); result != outcome::found) {
        return {result, {}};
    }
    const auto path = inside(folder, name);
    if (!path) return {outcome::bad_path, {}};
    if (has_zero(name)) return {};
    auto content = read_file(*path);
    if (!content) return {};
    return {outcome::found, std::move(*content)};
}

std::vector<std::string> media_store::recordings() const {
    std::vector<std::string> out;
    if (folder_.empty()) return out;
    std::error_code code;
    for (fs::directory_iterator at(folder_ / "recordings", code), end; !code && at != end;
         at.increment(code)) {
        std::string id = at->path().filename().string();
        if (!live_.contains(id)) out.push_back(std::move(id));
    }
    std::sort(out.begin(), out.end());
    return out;
}

media_store::outcome media_store::delete_recording(const std::string& id) {
    fs::path path;
    const outcome result = find_recording(id, path);
    std::error_code code;
    if (result == outcome::found) fs::remove_all(path, code);
    return result;
}

}  // namespace jellyfish::testing::detail
