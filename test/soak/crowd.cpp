#include "soak/crowd.hpp"

#include <jellyfish/error.hpp>
#include <jellyfish/notifier.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/testing/server.hpp>
#include <jellyfish/webhook_receiver.hpp>

#include "data/numbered.hpp"
#include "data/random.hpp"
#include "fakes/fault_relay.hpp"
#include "fixtures/log.hpp"
#include "model/names.hpp"

#include <array>
#include <atomic>
#include <list>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

namespace jellyfish::soak {
namespace {

using namespace std::chrono_literals;
using test::fault;

constexpr std::size_t threads = 2;
constexpr auto between_numbers = 20ms;
// Every change made by calls reaches all notifiers: at full speed that would be more than they can
// take, and the memory in use would depend on how far they lag behind.
constexpr auto between_rounds = 50ms;
constexpr auto patience = 60s;

/// A notifier, and what it has received.
struct follower {
    follower(const asio::any_io_executor& executor, const client_options& client,
             const notifier_options& options)
        : subject(executor, client, options) {}

    notifier subject;
    std::mutex mutex;
    test::numbered_stream stream;
};

asio::awaitable<void> follow(follower& of) {
    co_await of.subject.connect();
    while (auto item = co_await of.subject.next()) {
        const std::lock_guard lock(of.mutex);
        of.stream.take(*item);
    }
}

}  // namespace

class crowd::impl {
public:
    explicit impl(const settings& requested)
        : random_(requested.seed),
          relay_(server_.port(), [this](std::size_t) { return next_fault(); }),
          api_(pool_.get_executor(), client()),
          receiver_(pool_.get_executor()) {
        receiver_.listen();
        make_hooked_room();
        spawn(count_webhooks());
        for (std::size_t n = 0; n < requested.notifiers; ++n) {
            followers_.emplace_back(asio::make_strand(pool_), client(), session());
            spawn(follow(followers_.back()));
        }
        for (std::size_t n = 0; n < requested.callers; ++n)
            spawn(call());
    }

    ~impl() {
        stopping_ = true;
        pool_.join();
    }

    void run_for(std::chrono::milliseconds time) {
        const auto end = std::chrono::steady_clock::now() + time;
        for (auto next = std::chrono::steady_clock::now(); next < end; next += between_numbers) {
            std::this_thread::sleep_until(next);
            send();
        }
    }

    totals count() {
        totals out;
        out.sent = sent_;
        out.calls = calls_;
        out.failed_calls = failed_;
        out.webhooks = webhooks_;
        for (follower& each : followers_) {
            const std::lock_guard lock(each.mutex);
            out.received += each.subject.stats().received;
            out.gaps += each.stream.gaps();
            out.missing += each.stream.missing();
            out.unexplained += each.stream.problem().empty() ? 0 : 1;
        }
        return out;
    }

    std::vector<std::string> finish() {
        stopping_ = true;
        relay_.restore();
        if (!catch_up()) problem("a notifier does not come back");
        for (follower& each : followers_)
            wait(each.subject.close(asio::use_future));
        wait(receiver_.close(asio::use_future));
        pool_.join();
        for (follower& each : followers_) {
            if (!each.stream.problem().empty()) problem(each.stream.problem());
        }
        const std::uint64_t posted = server_.delivered_webhooks();
        if (webhooks_ != posted) {
            problem(std::to_string(posted) + " webhooks were posted, " +
                    std::to_string(webhooks_.load()) + " received");
        }
        const std::lock_guard lock(mutex_);
        return {problems_.begin(), problems_.end()};
    }

private:
    /// On the relay's thread: connections last from a few bytes to several seconds.
    fault next_fault() {
        constexpr std::array kinds{fault::kind::end, fault::kind::reset, fault::kind::stall};
        return {kinds[random_.below(kinds.size())], random_.below(100'000)};
    }

    client_options client() {
        return client_options()
            .server_address(relay_.address())
            .connect_timeout(2s)
            .request_timeout(2s);
    }

    static notifier_options session() {
        return notifier_options().authentication_timeout(2s).idle_timeout(2s).reconnect(
            reconnect_policy().base_delay(50ms).max_delay(500ms).retry_first_connect(true));
    }

    void send() {
        server_.notify(test::numbered(++sent_));
        server_.update_peer_metadata(hooked_, hooked_peer_, std::to_string(sent_));
    }

    /// The room whose webhook is the receiver. Created without faults.
    void make_hooked_room() {
        room_api direct(pool_.get_executor(),
                        test::logged_options().server_address(server_.address()));
        const room_config config = room_config().webhook_url(receiver_.url("127.0.0.1"));
        hooked_ = direct.create_room(config, asio::use_future).get().room.id;
        hooked_peer_ =
            direct.add_peer(hooked_, peer_options_webrtc(), asio::use_future).get().peer.id;
    }

    asio::awaitable<void> count_webhooks() {
        while (auto item = co_await receiver_.next())
            ++webhooks_;
    }

    /// Rooms are created and deleted, and calls fail in every way that a broken connection causes.
    asio::awaitable<void> call() {
        // Rooms left over after a failure are removed by their timeout.
        const room_config config =
            room_config().peerless_purge_timeout(1s).peer_disconnected_timeout(1s);
        asio::steady_timer pause(pool_);
        while (!stopping_) {
            pause.expires_after(between_rounds);
            co_await pause.async_wait(asio::use_awaitable);
            try {
                const auto made = co_await api_.create_room(config);
                calls_ += 4;
                co_await api_.add_peer(made.room.id);
                (void)co_await api_.get_room(made.room.id);
                co_await api_.delete_room(made.room.id);
            } catch (const error& e) {
                ++failed_;
                note(e);
            }
        }
    }

    void note(const error& e) {
        for (const errc each : {errc::connection_lost, errc::outcome_unknown, errc::timeout,
                                errc::not_found, errc::connect_failed, errc::connect_timeout}) {
            if (e.code() == each) return;
        }
        problem(std::string("a call failed in a way that no fault explains: ") + e.what());
    }

    /// Waits until each notifier has received the last number sent.
    bool catch_up() {
        const auto limit = std::chrono::steady_clock::now() + patience;
        while (std::chrono::steady_clock::now() < limit) {
            run_for(100ms);
            std::this_thread::sleep_for(500ms);
            bool all = true;
            for (follower& each : followers_) {
                const std::lock_guard lock(each.mutex);
                all = all && each.stream.last() == sent_;
            }
            if (all) return true;
        }
        return false;
    }

    void problem(std::string text) {
        const std::lock_guard lock(mutex_);
        problems_.insert(std::move(text));
    }

    void spawn(asio::awaitable<void> what) {
        asio::co_spawn(pool_, std::move(what), [this](const std::exception_ptr& failure) {
            try {
                if (failure) std::rethrow_exception(failure);
            } catch (const std::exception& e) {
                problem(e.what());
            }
        });
    }

    static void wait(std::future<void> operation) { operation.get(); }

    std::atomic<bool> stopping_{false};
    std::atomic<std::uint64_t> calls_{0};
    std::atomic<std::uint64_t> failed_{0};
    std::atomic<std::uint64_t> webhooks_{0};
    std::uint64_t sent_ = 0;
    std::string hooked_;
    std::string hooked_peer_;
    std::mutex mutex_;
    std::set<std::string> problems_;

    testing::server server_;
    test::random_source random_;  // Used by the relay's thread.
    test::fault_relay relay_;
    asio::thread_pool pool_{threads};
    room_api api_;
    webhook_receiver receiver_;
    std::list<follower> followers_;
};

crowd::crowd(const settings& requested) : impl_(std::make_unique<impl>(requested)) {}
crowd::~crowd() = default;

void crowd::run_for(std::chrono::milliseconds time) { impl_->run_for(time); }
totals crowd::count() const { return impl_->count(); }
std::vector<std::string> crowd::finish() { return impl_->finish(); }

}  // namespace jellyfish::soak
