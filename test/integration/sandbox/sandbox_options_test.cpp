#include <jellyfish/notifier.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/testing/server.hpp>

#include "fixtures/certificate_files.hpp"
#include "fixtures/run.hpp"

#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

// The options that the test server returns for its clients.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;

/// Checks that clients with these options work.
void check(const testing::server& server, const client_options& options) {
    asio::io_context context;
    room_api rooms(context, options);
    const auto all = run(context, rooms.get_all_rooms());
    BOOST_TEST(all.empty());
    notifier receiver(context, options);
    run(context, receiver.connect());
    BOOST_TEST(server.subscribed_sockets() == 1U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sandbox_options)

BOOST_AUTO_TEST_CASE(clients_with_the_options_of_the_server_work) {
    for (const testing::server_options& options :
         {testing::server_options(), testing::server_options().server_api_token("s3cret"),
          testing::server_options().path_prefix("/proxy"),
          testing::server_options().api(server_api::fishjam),
          testing::server_options()
              .api(server_api::fishjam)
              .server_api_token("s3cret")
              .fishjam_id("me")
              .path_prefix("/proxy")}) {
        const testing::server server(options);
        BOOST_TEST((server.options().server_api() == options.api()));
        check(server, server.options());
    }
}

BOOST_AUTO_TEST_CASE(with_tls_only_the_ca_certificate_is_missing) {
    const certificate_files files;
    for (const server_api api : {server_api::jellyfish, server_api::fishjam}) {
        const testing::server server(
            testing::server_options().tls(files.certificate_file(), files.key_file()).api(api));
        check(server, server.options().tls(tls_options().ca_file(files.authority_file())));
    }
}

BOOST_AUTO_TEST_SUITE_END()
