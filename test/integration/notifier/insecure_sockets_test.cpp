#include "net/make_stream.hpp"
#include "net/strand_reads.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <thread>
#include <utility>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/test/unit_test.hpp>

// A plain socket uses the executor under a strand. Whether its operations complete in the strand
// depends on how their handlers are bound and, since Boost 1.82, on whether they complete
// immediately.

namespace {

namespace asio = boost::asio;
namespace detail = jellyfish::detail;
using asio::ip::tcp;
using jellyfish::error_code;

constexpr int exchanges = 2'000;

/// Counts what completes on both ends.
struct tally {
    std::atomic<int> in_the_strand{0};
    std::atomic<int> elsewhere{0};
};

/// Echoes often enough that reads and writes complete immediately as well as later.
class echo : public std::enable_shared_from_this<echo> {
public:
    echo(const detail::strand_reads::strand& executor, detail::tcp_socket socket, tally& all)
        : executor_(executor),
          reads_(executor),
          stream_(detail::make_tcp_stream(std::move(socket))),
          all_(all) {}

    void write() {
        stream_->write_some(
            asio::buffer(bytes_),
            detail::io_handler(asio::bind_executor(
                executor_, [self = shared_from_this()](const error_code& code, std::size_t) {
                    self->note();
                    if (!code) self->read();
                })));
    }

private:
    void read() {
        reads_.read_some(*stream_, asio::buffer(bytes_),
                         [self = shared_from_this()](const error_code& code, std::size_t) {
                             self->note();
                             if (code || ++self->read_ == exchanges) {
                                 self->stream_->close();
                             } else {
                                 self->write();
                             }
                         });
    }

    void note() { ++(executor_.running_in_this_thread() ? all_.in_the_strand : all_.elsewhere); }

    const detail::strand_reads::strand executor_;
    detail::strand_reads reads_;
    std::unique_ptr<detail::stream> stream_;
    tally& all_;
    std::array<char, 32> bytes_{};
    int read_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(insecure_sockets)

/// Two ends that exchange bytes, on two threads.
BOOST_AUTO_TEST_CASE(operations_bound_to_the_strand_complete_in_it) {
    asio::io_context context;
    const detail::strand_reads::strand strand(context.get_executor());
    tcp::acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    tally all;
    detail::tcp_socket near(strand.get_inner_executor());
    near.connect(acceptor.local_endpoint());
    detail::tcp_socket far(strand.get_inner_executor());
    acceptor.accept(far);
    for (detail::tcp_socket* each : {&near, &far}) {
        const auto end = std::make_shared<echo>(strand, std::move(*each), all);
        asio::post(strand, [end] { end->write(); });
    }
    {
        const std::jthread other([&] { context.run(); });
        context.run();
    }
    BOOST_TEST(all.elsewhere == 0);
    BOOST_TEST(all.in_the_strand > 2 * exchanges);
}

BOOST_AUTO_TEST_SUITE_END()
