// Mistakes in the use of the library, one for each value of MISTAKE. mistakes_test.sh checks that
// the first error is in the line of the mistake, and contains the text behind `error:`.
#include <jellyfish/jellyfish.hpp>

#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/system/error_code.hpp>

namespace asio = boost::asio;
using boost::system::error_code;

// An expectation is in the line of its mistake.
// clang-format off
void make(asio::io_context& context, jellyfish::notifier& notifier, jellyfish::room_api& rooms,
          jellyfish::webhook_receiver& receiver, jellyfish::diagnostics& info,
          const jellyfish::diagnostics& constant) {
    error_code code;
    const jellyfish::client_options options;
#if MISTAKE == 1
    rooms.get_room("r", 42);  // error: no matching function .*::get_room\(.*, int\)
#elif MISTAKE == 2
    rooms.delete_room("r", "p");  // error: no matching function .*::delete_room\(.*, const char
#elif MISTAKE == 3
    rooms.get_room("r", [](error_code) {});  // error: no matching function .*::get_room\(.*lambda
#elif MISTAKE == 4
    notifier.next([](error_code, jellyfish::room) {});  // error: no matching function .*::next\(.*room
#elif MISTAKE == 5
    rooms.get_all_rooms(constant, asio::use_future);  // error: no matching .*\(const jellyfish::diagnostics&
#elif MISTAKE == 6
    receiver.close(code);  // error: no matching function .*::close\(.*error_code&\)
#elif MISTAKE == 7
    notifier.connect(context.get_executor());  // error: no matching function .*::connect\(.*executor
#elif MISTAKE == 8
    jellyfish::room_api lost(options);  // error: no matching function .*basic_room_api.*client_options
#elif MISTAKE == 9
    rooms.add_peer(asio::use_future);  // error: no matching function .*::add_peer\(.*use_future_t
#elif MISTAKE == 10
    rooms.create_room();  // error: ignoring return value .*::create_room.*nodiscard
#elif MISTAKE == 11
    rooms.get_room("r", asio::use_future, info);  // error: no matching .*::get_room\(.*diagnostics&\)
#elif MISTAKE == 12
    notifier.next(info, asio::use_future, asio::use_future);  // error: no matching .*::next\(.*use_future
#else
    auto first = notifier.next(asio::use_future);  // No mistake.
#endif
}
