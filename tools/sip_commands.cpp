#include <jellyfish/room_api.hpp>

#include "command.hpp"
#include "json_line.hpp"
#include "output.hpp"

#include <boost/asio/this_coro.hpp>

namespace tool {
namespace {

void print_call(const invocation& args, const char* what, const std::string& text) {
    if (args.json) {
        print_line(json_object()
                       .add("call", what)
                       .add("room_id", args.words[0])
                       .add("component_id", args.words[1])
                       .take());
    } else {
        print_line(text);
    }
}

asio::awaitable<void> run_dial(const invocation& args) {
    jellyfish::room_api api{co_await asio::this_coro::executor, args.client};
    co_await api.sip_dial(args.words[0], args.words[1], args.words[2]);
    print_call(args, "dialled", "Component " + args.words[1] + " calls " + args.words[2]);
}

asio::awaitable<void> run_end(const invocation& args) {
    jellyfish::room_api api{co_await asio::this_coro::executor, args.client};
    co_await api.sip_end_call(args.words[0], args.words[1]);
    print_call(args, "ended", "Ended the call of component " + args.words[1]);
}

}  // namespace

const std::vector<command>& sip_commands() {
    static const std::vector<command> all{
        {"sip dial", "ROOM COMPONENT NUMBER", 3, 3, "call a phone number from a SIP component", "",
         "jellyfish sip dial my-room \"$sip\" +48123456789\n", no_options, run_dial},
        {"sip end", "ROOM COMPONENT", 2, 2, "end the call of a SIP component", "",
         "jellyfish sip end my-room \"$sip\"\n", no_options, run_end},
    };
    return all;
}

}  // namespace tool
