#include <jellyfish/fishjam/recording_api.hpp>
#include <jellyfish/recording_api.hpp>

#include "command.hpp"
#include "fishjam_json.hpp"
#include "json_line.hpp"
#include "output.hpp"
#include "text/redact.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include <boost/asio/this_coro.hpp>

namespace tool {
namespace {

namespace fishjam = jellyfish::fishjam;

constexpr std::size_t longest_file = std::size_t{1} << 30;

void write_file(const std::string& path, const std::string& bytes) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    if (!file) throw std::runtime_error("cannot write " + path + ": " + std::strerror(errno));
}

asio::awaitable<void> list_files(const invocation& args) {
    jellyfish::recording_api api{co_await asio::this_coro::executor, args.client};
    const auto all = co_await api.get_list();
    if (!args.json) {
        std::vector<std::vector<std::string>> rows{{"recording"}};
        for (const std::string& each : all)
            rows.push_back({shown(each)});
        print_table(rows);
        co_return;
    }
    for (const std::string& each : all)
        print_line(json_object().add("recording_id", each).take());
}

fishjam::recording_filter filter_from(const invocation& args) {
    fishjam::recording_filter filter;
    if (const auto text = args.text("metadata")) {
        const auto equals = text->find('=');
        if (equals == text->npos) throw usage_error(invalid("--metadata", *text, "KEY=VALUE"));
        filter.metadata(text->substr(0, equals), text->substr(equals + 1));
    }
    return filter;
}

asio::awaitable<void> list_fishjam_recordings(const invocation& args) {
    const fishjam::recording_filter filter = filter_from(args);
    fishjam::recording_api api{co_await asio::this_coro::executor, args.client};
    const auto all = co_await api.get_recordings(filter);
    std::vector<std::vector<std::string>> rows{{"recording", "status", "metadata"}};
    for (const fishjam::recording& each : all) {
        if (args.json) print_line(object_of(each).take());
        rows.push_back({shown(each.id), shown(name_of(each.status)), shown(each.metadata)});
    }
    if (!args.json) print_table(rows);
}

void print_recording(const invocation& args, const fishjam::recording& value) {
    if (args.json) {
        print_line(object_of(value).take());
        return;
    }
    const std::string url = jellyfish::detail::url_without_userinfo(value.source.composition_url());
    print_fields({{"recording", shown(value.id)},
                  {"status", shown(name_of(value.status))},
                  {"composition", shown(url)},
                  {"output", shown(value.source.output_id())},
                  {"metadata", shown(value.metadata)}});
}

fishjam::recording_config config_from(const invocation& args) {
    fishjam::recording_source source(args.words[0], args.words[1]);
    if (const auto text = args.text("scale-ratio")) {
        char* end = nullptr;
        const double ratio = std::strtod(text->c_str(), &end);
        if (text->empty() || *end != '\0' || !(ratio > 0))
            throw usage_error(invalid("--scale-ratio", *text, "a number greater than 0"));
        source.scale_ratio(ratio);
    }
    fishjam::recording_config config(std::move(source));
    if (const auto metadata = args.text("metadata")) config.metadata(*metadata);
    return config;
}

}  // namespace

asio::awaitable<void> list_recordings(const invocation& args) {
    return args.is_fishjam() ? list_fishjam_recordings(args) : list_files(args);
}

asio::awaitable<void> show_recording(const invocation& args) {
    fishjam::recording_api api{co_await asio::this_coro::executor, args.client};
    const auto recording = co_await api.get_recording(args.words[0]);
    print_recording(args, recording);
}

asio::awaitable<void> create_recording(const invocation& args) {
    const fishjam::recording_config config = config_from(args);
    fishjam::recording_api api{co_await asio::this_coro::executor, args.client};
    const auto recording = co_await api.create_recording(config);
    print_recording(args, recording);
}

asio::awaitable<void> stop_recording(const invocation& args) {
    fishjam::recording_api api{co_await asio::this_coro::executor, args.client};
    const auto recording = co_await api.stop_recording(args.words[0]);
    print_recording(args, recording);
}

asio::awaitable<void> delete_recording(const invocation& args) {
    const std::string& id = args.words[0];
    const auto executor = co_await asio::this_coro::executor;
    if (args.is_fishjam()) {
        fishjam::recording_api api{executor, args.client};
        co_await api.delete_recording(id);
    } else {
        jellyfish::recording_api api{executor, args.client};
        co_await api.delete_recording(id);
    }
    print_result(args, json_object().add("deleted", "recording").add("recording_id", id),
                 "Deleted recording " + id);
}

asio::awaitable<void> get_recording(const invocation& args) {
    const auto path = args.text("output");
    if (args.json && !path) throw usage_error("--json requires --output");
    jellyfish::client_options options = args.client;
    options.max_response_size(longest_file);
    jellyfish::recording_api api{co_await asio::this_coro::executor, options};
    const auto file = co_await api.get_content(args.words[0], args.words[1]);
    if (!path) {
        std::cout << file.bytes;
        flush_output();
        co_return;
    }
    write_file(*path, file.bytes);
    print_result(args,
                 json_object()
                     .add("recording_id", args.words[0])
                     .add("filename", args.words[1])
                     .add("output", *path)
                     .add("size", file.bytes.size())
                     .add("content_type", file.content_type),
                 "Wrote " + std::to_string(file.bytes.size()) + " bytes to " + *path);
}

}  // namespace tool
