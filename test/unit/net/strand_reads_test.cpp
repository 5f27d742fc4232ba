#include "net/strand_reads.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/test/unit_test.hpp>

namespace {

namespace asio = boost::asio;
namespace detail = jellyfish::detail;
using jellyfish::error_code;

/// A stream whose read completes on request.
class recording_stream final : public detail::stream {
public:
    recording_stream(executor_type executor, bool anywhere)
        : executor_(std::move(executor)), anywhere_(anywhere) {}

    [[nodiscard]] executor_type get_executor() noexcept override { return executor_; }
    [[nodiscard]] bool may_complete_anywhere() const noexcept override { return anywhere_; }
    void read_some(asio::mutable_buffer, detail::io_handler handler) override {
        // Assignment would make it wrap itself endlessly.
        handler_ = std::make_unique<detail::io_handler>(std::move(handler));
    }
    void write_some(asio::const_buffer, detail::io_handler) override {}
    void shutdown(asio::any_completion_handler<void()>) override {}
    void close() noexcept override {}

    /// Completes the read on its handler's executor.
    void complete() {
        const auto executor = asio::get_associated_executor(*handler_, executor_);
        asio::dispatch(executor,
                       [handler = std::move(handler_)] { std::move (*handler)(error_code(), 1); });
    }

private:
    executor_type executor_;
    bool anywhere_;
    std::unique_ptr<detail::io_handler> handler_;
};

struct fixture {
    asio::io_context context;
    detail::strand_reads::strand strand{context.get_executor()};
    std::array<char, 1> byte{};
    /// A log of events, in lower case within the strand: r, a read; w, the resumed operation ran;
    /// p, a posted function ran.
    std::string reported;

    void report(char what) {
        reported += strand.running_in_this_thread() ? what : static_cast<char>(what - 'a' + 'A');
    }

    struct waiter final : detail::resumable {
        explicit waiter(fixture& f) : to(f) {}
        void resume(const asio::any_io_executor&) override { to.report('w'); }
        void post() override { to.report('p'); }

        fixture& to;
    };

    /// Starts a read that resumes an operation.
    void read(detail::strand_reads& reads, detail::stream& from) {
        reads.read_some(from, asio::buffer(byte), [this](const error_code&, std::size_t) {
            report('r');
            detail::resume_scope::resume(std::make_shared<waiter>(*this));
        });
    }

    /// The log of a read under the strand, without another run of the context.
    void check_in_one_scope(const std::string& expected) {
        detail::strand_reads reads(strand);
        recording_stream stream(context.get_executor(), true);
        read(reads, stream);
        asio::post(context, [&] {
            stream.complete();
            BOOST_TEST(reported == expected);
        });
        context.run();
        BOOST_TEST(reported == expected);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(strand_reads, fixture)

BOOST_AUTO_TEST_CASE(the_only_operation_resumed_by_a_read_runs_after_the_strand_is_left) {
    check_in_one_scope("rW");
}

BOOST_AUTO_TEST_CASE(a_read_that_completes_within_the_strand_resumes_nothing_there) {
    detail::strand_reads reads(strand);
    recording_stream stream(context.get_executor(), true);
    read(reads, stream);
    asio::post(strand, [&] { stream.complete(); });
    context.run();
    BOOST_TEST(reported == "rp");
}

BOOST_AUTO_TEST_CASE(a_stream_that_completes_only_on_its_executor_is_read_in_the_strand) {
    detail::strand_reads reads(strand);
    recording_stream stream(strand, false);
    read(reads, stream);
    asio::post(context, [&] { stream.complete(); });
    context.run();
    BOOST_TEST(reported == "rp");
}

BOOST_AUTO_TEST_SUITE_END()
