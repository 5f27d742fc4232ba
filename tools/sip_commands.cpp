#include <jellyfish/room_api.hpp>

#include "command.hpp"

#include <boost/asio/this_coro.hpp>

namespace tool {
namespace {

json_object call_of(const invocation& args, const char* state) {
    json_object out;
    out.add("call", state).add("room_id", args.words[0]).add("component_id", args.words[1]);
    return out;
}

}  // namespace

asio::awaitable<void> dial(const invocation& args) {
    const std::string& number = args.words[2];
    jellyfish::room_api api{co_await asio::this_coro::executor, args.client};
    co_await api.sip_dial(args.words[0], args.words[1], number);
    print_result(args, call_of(args, "dialled").add("phone_number", number),
                 "Component " + args.words[1] + " calls " + number);
}

asio::awaitable<void> end_call(const invocation& args) {
    jellyfish::room_api api{co_await asio::this_coro::executor, args.client};
    co_await api.sip_end_call(args.words[0], args.words[1]);
    print_result(args, call_of(args, "ended"), "Ended the call of component " + args.words[1]);
}

}  // namespace tool
