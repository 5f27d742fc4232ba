#include <jellyfish/recording_api.hpp>

#include "command.hpp"
#include "json_line.hpp"
#include "output.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include <boost/asio/this_coro.hpp>

namespace tool {
namespace {

constexpr std::size_t longest_file = std::size_t{1} << 30;

void write_file(const std::string& path, const std::string& bytes) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    if (!file) throw std::runtime_error("cannot write " + path + ": " + std::strerror(errno));
}

}  // namespace

asio::awaitable<void> list_recordings(const invocation& args) {
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

asio::awaitable<void> delete_recording(const invocation& args) {
    const std::string& id = args.words[0];
    jellyfish::recording_api api{co_await asio::this_coro::executor, args.client};
    co_await api.delete_recording(id);
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
