#include "net/name_resolver.hpp"

#include "fixtures/run.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/error.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/test/unit_test.hpp>

namespace {

namespace asio = boost::asio;
using namespace jellyfish::test;
using namespace std::chrono_literals;
using jellyfish::detail::name_lookup;
using jellyfish::detail::resolved_name;
using resolver_type = jellyfish::detail::name_resolver;

const asio::ip::address good = asio::ip::make_address("10.0.0.1");

/// A name server that does not respond for names that begin with "silent" until they are released.
/// Its threads may outlive the test.
class fake_server {
public:
    [[nodiscard]] resolver_type::function function() const {
        return [shared = shared_](const std::string& name) { return shared->resolve(name); };
    }

    void release() {
        const std::lock_guard lock(shared_->mutex);
        shared_->released = true;
        shared_->changed.notify_all();
    }

    /// Waits until a name was looked up this many times.
    void await_requested(const std::string& name, std::size_t times) {
        std::unique_lock lock(shared_->mutex);
        BOOST_REQUIRE(shared_->changed.wait_for(
            lock, patience, [&] { return shared_->requested.count(name) >= times; }));
    }

    [[nodiscard]] std::size_t requested(const std::string& name) const {
        const std::lock_guard lock(shared_->mutex);
        return shared_->requested.count(name);
    }

    [[nodiscard]] std::size_t responded(const std::string& name) const {
        const std::lock_guard lock(shared_->mutex);
        return shared_->responded.count(name);
    }

    ~fake_server() { release(); }
    fake_server() = default;
    fake_server(const fake_server&) = delete;
    fake_server& operator=(const fake_server&) = delete;

private:
    struct state {
        resolved_name resolve(const std::string& name) {
            std::unique_lock lock(mutex);
            requested.insert(name);
            changed.notify_all();
            if (name.starts_with("silent")) changed.wait(lock, [this] { return released; });
            resolved_name result;
            if (name.starts_with("unknown")) {
                result.code = asio::error::host_not_found;
            } else {
                result.addresses.push_back(good);
            }
            responded.insert(name);
            return result;
        }

        std::mutex mutex;
        std::condition_variable changed;
        std::multiset<std::string> requested;
        std::multiset<std::string> responded;
        bool released = false;
    };

    std::shared_ptr<state> shared_ = std::make_shared<state>();
};

struct fixture {
    /// The result of a lookup; only for the context's thread.
    struct entry {
        name_lookup lookup;
        std::optional<resolved_name> result;
    };

    entry& start(const std::string& name) { return start(resolver, name); }

    entry& start(resolver_type& with, const std::string& name) {
        entries.push_back(std::make_unique<entry>());
        entry& made = *entries.back();
        made.lookup = with.start(name, context.get_executor(),
                                 [&made](const resolved_name& found) { made.result = found; });
        return made;
    }

    void await(const entry& which) {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (!which.result && std::chrono::steady_clock::now() < deadline)
            context.run_one_for(100ms);
        BOOST_REQUIRE(which.result.has_value());
    }

    static resolver_type::limits few(std::size_t threads) {
        resolver_type::limits limits;
        limits.threads = threads;
        return limits;
    }

    fake_server server;
    asio::io_context context;
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    resolver_type resolver{server.function()};
    std::vector<std::unique_ptr<entry>> entries;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(name_resolver, fixture)

BOOST_AUTO_TEST_CASE(a_name_is_resolved_on_the_executor) {
    const entry& found = start("good");
    BOOST_TEST(!found.result);
    await(found);
    BOOST_TEST(!found.result->code);
    BOOST_TEST((found.result->addresses == std::vector{good}));
}

BOOST_AUTO_TEST_CASE(a_failure_is_reported) {
    const entry& found = start("unknown");
    await(found);
    BOOST_TEST((found.result->code == asio::error::host_not_found));
}

BOOST_AUTO_TEST_CASE(a_lookup_that_hangs_does_not_delay_other_names) {
    const entry& hung = start("silent");
    server.await_requested("silent", 1);
    await(start("good"));
    await(start("another"));
    BOOST_TEST(!hung.result);
    server.release();
    await(hung);
    BOOST_TEST((hung.result->addresses == std::vector{good}));
}

BOOST_AUTO_TEST_CASE(concurrent_lookups_of_a_name_are_shared) {
    const entry& first = start("silent");
    server.await_requested("silent", 1);
    const entry& second = start("silent");
    server.release();
    await(first);
    await(second);
    BOOST_TEST(server.requested("silent") == 1U);
}

BOOST_AUTO_TEST_CASE(a_lookup_started_long_ago_is_not_shared) {
    resolver_type::limits at_once;
    at_once.shared = -1ms;
    resolver_type impatient(server.function(), at_once);
    start(impatient, "silent");
    server.await_requested("silent", 1);
    start(impatient, "silent");
    server.await_requested("silent", 2);
}

BOOST_AUTO_TEST_CASE(one_name_does_not_occupy_all_threads) {
    resolver_type::limits at_once;
    at_once.shared = -1ms;
    at_once.threads_of_a_name = 2;
    resolver_type impatient(server.function(), at_once);
    for (std::size_t i = 1; i <= 10; ++i) {
        start(impatient, "silent");
        server.await_requested("silent", std::min<std::size_t>(i, 2));
    }
    await(start(impatient, "good"));
    BOOST_TEST(server.requested("silent") == 2U);
    server.release();
    for (const auto& each : entries)
        await(*each);
}

BOOST_AUTO_TEST_CASE(a_lookup_waits_and_reports_it_when_all_threads_hang) {
    resolver_type small(server.function(), few(2));
    const entry& first = start(small, "silent 1");
    start(small, "silent 2");
    server.await_requested("silent 1", 1);
    server.await_requested("silent 2", 1);
    const entry& waiting = start(small, "good");
    BOOST_TEST(!first.lookup.queued());
    BOOST_TEST(waiting.lookup.queued());
    BOOST_TEST(small.threads() == 2U);
    server.release();
    await(waiting);
    BOOST_TEST(!waiting.lookup.queued());
}

BOOST_AUTO_TEST_CASE(a_lookup_dropped_from_the_queue_is_not_started) {
    resolver_type small(server.function(), few(1));
    start(small, "silent");
    server.await_requested("silent", 1);
    start(small, "given up").lookup = {};
    const entry& last = start(small, "good");
    server.release();
    await(last);
    BOOST_TEST(server.requested("given up") == 0U);
}

BOOST_AUTO_TEST_CASE(a_cancelled_lookup_calls_no_handler) {
    entry& detached = start("silent");
    const entry& other = start("silent");
    detached.lookup = {};
    server.release();
    await(other);
    context.poll();
    BOOST_TEST(!detached.result);
}

BOOST_AUTO_TEST_CASE(a_context_can_be_destroyed_while_a_lookup_hangs) {
    {
        asio::io_context other;
        const name_lookup lookup = resolver.start("silent", other.get_executor(),
                                                  [](const auto&) { BOOST_FAIL("called"); });
        server.await_requested("silent", 1);
    }
    {
        std::optional<name_lookup> outlives;
        asio::io_context other;
        outlives.emplace(resolver.start("silent", other.get_executor(),
                                        [](const auto&) { BOOST_FAIL("called"); }));
    }
    // In the opposite order: the context first.
    auto gone = std::make_unique<asio::io_context>();
    const name_lookup left =
        resolver.start("silent", gone->get_executor(), [](const auto&) { BOOST_FAIL("called"); });
    gone.reset();
    const entry& mine = start("silent");
    server.release();
    await(mine);
}

BOOST_AUTO_TEST_CASE(a_resolver_can_be_destroyed_while_a_lookup_hangs) {
    auto other = std::make_unique<resolver_type>(server.function());
    const entry& found = start(*other, "silent");
    server.await_requested("silent", 1);
    other.reset();
    server.release();
    await(found);
}

BOOST_AUTO_TEST_CASE(idle_threads_exit) {
    resolver_type::limits soon;
    soon.idle = 1ms;
    resolver_type brief(server.function(), soon);
    await(start(brief, "good"));
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (brief.threads() != 0 && std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
    BOOST_TEST(brief.threads() == 0U);
    await(start(brief, "good again"));
}

BOOST_AUTO_TEST_CASE(a_thread_serves_one_name_after_the_other) {
    resolver_type small(server.function(), few(1));
    for (int i = 0; i < 100; ++i)
        await(start(small, "good " + std::to_string(i)));
    BOOST_TEST(small.threads() == 1U);
}

BOOST_AUTO_TEST_CASE(a_fork_waits_for_a_lookup_that_has_just_started) {
    resolver_type::limits patient;
    patient.fork = patience;
    resolver_type parent(server.function(), patient);
    const entry& found = start(parent, "silent");
    server.await_requested("silent", 1);
    std::jthread releasing([this] {
        std::this_thread::sleep_for(50ms);
        server.release();
    });
    parent.before_fork();
    BOOST_TEST(server.responded("silent") == 1U);
    parent.after_fork(resolver_type::fork_side::parent);
    await(found);
}

BOOST_AUTO_TEST_CASE(no_lookup_starts_while_a_fork_waits) {
    resolver_type::limits patient;
    patient.fork = patience;
    resolver_type parent(server.function(), patient);
    const entry& young = start(parent, "silent");
    server.await_requested("silent", 1);
    const entry* later = nullptr;
    std::jthread meanwhile([&] {
        std::this_thread::sleep_for(500ms);  // Until the fork waits, however busy the machine is.
        later = &start(parent, "good");
        std::this_thread::sleep_for(50ms);
        server.release();
    });
    parent.before_fork();
    BOOST_TEST(server.requested("good") == 0U);
    parent.after_fork(resolver_type::fork_side::parent);
    await(young);
    meanwhile.join();
    await(*later);
}

BOOST_AUTO_TEST_CASE(a_fork_does_not_wait_long_for_a_lookup_that_hangs) {
    const entry& hung = start("silent");
    server.await_requested("silent", 1);
    resolver.before_fork();
    BOOST_TEST(server.responded("silent") == 0U);
    resolver.after_fork(resolver_type::fork_side::parent);
    await(start("good"));
    server.release();
    await(hung);
}

BOOST_AUTO_TEST_CASE(the_processs_resolver_uses_the_system) {
    const entry& found = start(resolver_type::shared(), "localhost");
    await(found);
    BOOST_TEST(!found.result->code);
    BOOST_TEST(std::ranges::all_of(found.result->addresses,
                                   [](const auto& each) { return each.is_loopback(); }));
    BOOST_TEST(!found.result->addresses.empty());
}

BOOST_AUTO_TEST_SUITE_END()
