#include <jellyfish/fishjam/livestream_api.hpp>

#include "command.hpp"
#include "fishjam_json.hpp"
#include "output.hpp"

#include <boost/asio/this_coro.hpp>

namespace tool {
namespace {

namespace fishjam = jellyfish::fishjam;

const char* in_words(bool value) { return value ? "yes" : "no"; }

void print_livestreams(const std::vector<fishjam::livestream>& all) {
    std::vector<std::vector<std::string>> rows{
        {"livestream", "streamers", "viewers", "public", "audio only"}};
    for (const fishjam::livestream& each : all) {
        rows.push_back({shown(each.id), std::to_string(each.streamers.size()),
                        std::to_string(each.viewers.size()), in_words(each.is_public),
                        in_words(each.audio_only)});
    }
    print_table(rows);
}

void print_livestream(const fishjam::livestream& value) {
    print_fields({{"livestream", shown(value.id)},
                  {"public", in_words(value.is_public)},
                  {"audio only", in_words(value.audio_only)}});
    std::vector<std::vector<std::string>> rows{{"role", "id", "status"}};
    for (const fishjam::streamer& each : value.streamers)
        rows.push_back({"streamer", shown(each.id), shown(name_of(each.status))});
    for (const fishjam::viewer& each : value.viewers)
        rows.push_back({"viewer", shown(each.id), "-"});
    if (rows.size() == 1) return;
    print_line("");
    print_table(rows);
}

/// Prints a new streamer or viewer with its token.
template <class Member>
void print_added(const invocation& args, const char* role, const Member& added) {
    if (args.json) {
        print_line(
            object_of(added).add("stream_id", args.words[0]).add("token", added.token).take());
    } else {
        print_fields({{role, shown(added.id)}, {"token", shown(added.token)}});
    }
}

void print_deleted(const invocation& args, const std::string& role) {
    print_result(args,
                 json_object()
                     .add("deleted", role)
                     .add("stream_id", args.words[0])
                     .add(role + "_id", args.words[1]),
                 "Deleted " + role + " " + args.words[1] + " from livestream " + args.words[0]);
}

}  // namespace

asio::awaitable<void> list_livestreams(const invocation& args) {
    fishjam::livestream_api api{co_await asio::this_coro::executor, args.client};
    const auto all = co_await api.get_all_livestreams();
    if (!args.json) {
        print_livestreams(all);
        co_return;
    }
    for (const fishjam::livestream& each : all)
        print_line(object_of(each).take());
}

asio::awaitable<void> get_livestream(const invocation& args) {
    fishjam::livestream_api api{co_await asio::this_coro::executor, args.client};
    const auto stream = co_await api.get_livestream(args.words[0]);
    args.json ? print_line(object_of(stream).take()) : print_livestream(stream);
}

asio::awaitable<void> create_livestream(const invocation& args) {
    fishjam::livestream_config config;
    if (args.has("audio-only")) config.audio_only(true);
    if (args.has("public")) config.is_public(true);
    if (args.has("batch-webhooks")) config.batch_webhook_notifications(true);
    if (const auto url = args.text("webhook-url")) config.webhook_url(*url);
    fishjam::livestream_api api{co_await asio::this_coro::executor, args.client};
    const auto stream = co_await api.create_livestream(config);
    args.json ? print_line(object_of(stream).take())
              : print_fields({{"livestream", shown(stream.id)}});
}

asio::awaitable<void> delete_livestream(const invocation& args) {
    const std::string& id = args.words[0];
    fishjam::livestream_api api{co_await asio::this_coro::executor, args.client};
    co_await api.delete_livestream(id);
    print_result(args, json_object().add("deleted", "livestream").add("stream_id", id),
                 "Deleted livestream " + id);
}

asio::awaitable<void> add_streamer(const invocation& args) {
    fishjam::livestream_api api{co_await asio::this_coro::executor, args.client};
    const auto added = co_await api.create_streamer(args.words[0]);
    print_added(args, "streamer", added);
}

asio::awaitable<void> delete_streamer(const invocation& args) {
    fishjam::livestream_api api{co_await asio::this_coro::executor, args.client};
    co_await api.delete_streamer(args.words[0], args.words[1]);
    print_deleted(args, "streamer");
}

asio::awaitable<void> add_viewer(const invocation& args) {
    fishjam::livestream_api api{co_await asio::this_coro::executor, args.client};
    const auto added = co_await api.create_viewer(args.words[0]);
    print_added(args, "viewer", added);
}

asio::awaitable<void> delete_viewer(const invocation& args) {
    fishjam::livestream_api api{co_await asio::this_coro::executor, args.client};
    co_await api.delete_viewer(args.words[0], args.words[1]);
    print_deleted(args, "viewer");
}

}  // namespace tool
