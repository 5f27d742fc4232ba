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

asio::awaitable<void> run_list(const invocation& args) {
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

asio::awaitable<void> run_delete(const invocation& args) {
    const std::string& id = args.words[0];
    jellyfish::recording_api api{co_await asio::this_coro::executor, args.client};
    co_await api.delete_recording(id);
    args.json ? print_line(json_object().add("deleted", "recording").add("recording_id", id).take())
              : print_line("Deleted recording " + id);
}

void write_file(const std::string& path, const std::string& bytes) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    if (!file) throw std::runtime_error("cannot write " + path + ": " + std::strerror(errno));
}

asio::awaitable<void> run_get(const invocation& args) {
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
    if (args.json) {
        print_line(json_object()
                       .add("output", *path)
                       .add("bytes", file.bytes.size())
                       .add("content_type", file.content_type)
                       .take());
    } else {
        print_line("Wrote " + std::to_string(file.bytes.size()) + " bytes to " + *path);
    }
}

void get_options(boost::program_options::options_description& to) {
    add_text_option(to, "output", "FILE", "the file to write to (default: standard output)");
}

}  // namespace

const std::vector<command>& recording_commands() {
    static const std::vector<command> all{
        {"recordings", "[list]", 0, 0, "list the server's recordings",
         "Prints a row, or a JSON object, for each. A server that has never recorded\n"
         "anything may respond with 'not found'.",
         "jellyfish recordings\n"
         "jellyfish recordings --json | jq -r .recording_id\n",
         no_options, run_list},
        {"recordings list", "", 0, 0, "same as 'recordings'", "",
         "jellyfish recordings list --json\n", no_options, run_list},
        {"recordings get", "RECORDING FILENAME", 2, 2, "get a file of a recording",
         "The file may have up to 1 GiB.",
         "jellyfish recordings get \"$id\" report.json | jq .\n"
         "jellyfish recordings get \"$id\" track_1.msr --output track_1.msr\n",
         get_options, run_get},
        {"recordings delete", "RECORDING", 1, 1, "delete a recording and all its files", "",
         "jellyfish recordings delete \"$id\"\n", no_options, run_delete},
    };
    return all;
}

}  // namespace tool
