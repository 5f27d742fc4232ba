#include "net/name_resolver.hpp"

#include "async/shutdown_registry.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <netdb.h>
#include <optional>
#include <pthread.h>
#include <sys/socket.h>
#include <system_error>
#include <thread>

#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

namespace jellyfish::detail {
namespace {

using clock = std::chrono::steady_clock;

error_code code_of(int failure) {
    switch (failure) {
        case 0:
            return {};
        case EAI_AGAIN:
            return asio::error::host_not_found_try_again;
        case EAI_MEMORY:
            return asio::error::no_memory;
        case EAI_NONAME:
            return asio::error::host_not_found;
        case EAI_SYSTEM:
            return {errno, boost::system::system_category()};
#ifdef EAI_NODATA
        case EAI_NODATA:
            return asio::error::no_data;
#endif
        default:
            return asio::error::no_recovery;
    }
}

/// Uses the system's resolver as configured by the administrator: files, name servers, mDNS …
resolved_name ask_system_resolver(const std::string& name) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    resolved_name result;
    result.code = code_of(::getaddrinfo(name.c_str(), nullptr, &hints, &found));
    if (result.code) return result;
    for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
        asio::ip::tcp::endpoint endpoint;
        if (each->ai_addrlen > endpoint.capacity()) continue;
        std::copy_n(reinterpret_cast<const char*>(each->ai_addr), each->ai_addrlen,
                    reinterpret_cast<char*>(endpoint.data()));
        result.addresses.push_back(endpoint.address());
    }
    ::freeaddrinfo(found);
    return result;
}

/// Blocks all signals, so that they are delivered only to the application's own threads.
class signals_blocked {
public:
    signals_blocked() {
        sigset_t all;
        sigfillset(&all);
        blocked_ = ::pthread_sigmask(SIG_BLOCK, &all, &before_) == 0;
    }
    ~signals_blocked() {
        if (blocked_) ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    signals_blocked(const signals_blocked&) = delete;
    signals_blocked& operator=(const signals_blocked&) = delete;

private:
    sigset_t before_{};
    bool blocked_ = false;
};

/// One lookup of a name, shared by all operations that wait for it.
struct job {
    std::string name;
    std::vector<std::weak_ptr<name_lookup::waiter>> waiters;
    clock::time_point began_at;
    std::atomic<bool> running{false};
};

}  // namespace

// ---- waiting operations

class name_lookup::waiter final : public handler_owner {
public:
    waiter(asio::any_io_executor executor, name_resolver::handler then,
           std::shared_ptr<const job> on)
        : registry_(shutdown_registry::of(executor)),
          job_(std::move(on)),
          executor_(std::move(executor)),
          then_(std::move(then)) {}
    waiter(const waiter&) = delete;
    waiter& operator=(const waiter&) = delete;
    ~waiter() { registry_->remove(this); }

    [[nodiscard]] static std::shared_ptr<waiter> make(const asio::any_io_executor& executor,
                                                      name_resolver::handler then,
                                                      std::shared_ptr<const job> on) {
        auto made = std::make_shared<waiter>(executor, std::move(then), std::move(on));
        made->registry_->add(made);
        return made;
    }

    void complete(const std::shared_ptr<const resolved_name>& result) {
        const std::lock_guard lock(mutex_);
        if (!then_) return;
        asio::post(executor_, [result, then = std::exchange(then_, nullptr)] { then(*result); });
        executor_ = {};
    }

    /// The executor or its context may be destroyed after this.
    void destroy_handlers() override {
        const std::lock_guard lock(mutex_);
        then_ = nullptr;
        executor_ = {};
    }

    [[nodiscard]] bool queued() const noexcept { return !job_->running; }

private:
    const std::shared_ptr<shutdown_registry> registry_;
    const std::shared_ptr<const job> job_;
    std::mutex mutex_;
    asio::any_io_executor executor_;
    name_resolver::handler then_;
};

name_lookup& name_lookup::operator=(name_lookup&& other) noexcept {
    if (const auto before = std::exchange(waiter_, std::exchange(other.waiter_, nullptr)))
        before->destroy_handlers();
    return *this;
}

name_lookup::~name_lookup() {
    if (waiter_) waiter_->destroy_handlers();
}

bool name_lookup::queued() const noexcept { return waiter_ && waiter_->queued(); }

// ---- the threads

/// Kept alive by the threads.
class name_resolver::state : public std::enable_shared_from_this<state> {
public:
    state(function resolve, limits of) : resolve_(std::move(resolve)), limits_(of) {}

    [[nodiscard]] std::shared_ptr<name_lookup::waiter> start(const std::string& name,
                                                             const asio::any_io_executor& executor,
                                                             handler then);

    [[nodiscard]] std::size_t threads() const {
        const std::lock_guard lock(mutex_);
        return threads_;
    }

    void before_fork();
    void after_fork(fork_side side) {
        forking_ = false;
        // In the child, the threads that wait for the condition variable do not exist.
        if (side == fork_side::parent) work_available_.notify_all();
        mutex_.unlock();
        delivering_.unlock();
    }

private:
    using job_ptr = std::shared_ptr<job>;

    [[nodiscard]] job_ptr find(const std::string& name, clock::time_point now) const;
    void begin_thread();
    void work();
    [[nodiscard]] job_ptr next(std::unique_lock<std::mutex>& lock);
    void deliver(const job_ptr& done, resolved_name result);

    const function resolve_;
    const limits limits_;
    mutable std::mutex mutex_;
    std::condition_variable work_available_;
    bool forking_ = false;              // No lookup may begin.
    std::condition_variable finished_;  // Notified after each lookup, for a fork.
    std::deque<job_ptr> queue_;
    std::vector<job_ptr> running_;  // The newest lookup is last.
    std::size_t threads_ = 0;
    std::size_t idle_ = 0;
    std::mutex delivering_;  // Held, without `mutex_`, while results are delivered.
};

std::shared_ptr<name_lookup::waiter> name_resolver::state::start(
    const std::string& name, const asio::any_io_executor& executor, handler then) {
    const std::lock_guard lock(mutex_);
    job_ptr on = find(name, clock::now());
    const bool fresh = on == nullptr;
    if (fresh) {
        on = std::make_shared<job>();
        on->name = name;
    }
    auto waiter = name_lookup::waiter::make(executor, std::move(then), on);
    std::erase_if(on->waiters, [](const auto& each) { return each.expired(); });
    on->waiters.push_back(waiter);
    if (!fresh) return waiter;
    queue_.push_back(on);
    if (queue_.size() > idle_ && threads_ < limits_.threads) begin_thread();
    work_available_.notify_one();
    return waiter;
}

/// Returns a lookup of the same name that can be shared: one that is queued or has just begun. A
/// lookup that began long ago may hang where a new one would not. It is shared only when the name
/// already uses `threads_of_a_name` threads.
name_resolver::state::job_ptr name_resolver::state::find(const std::string& name,
                                                         clock::time_point now) const {
    const auto same = [&](const job_ptr& each) { return each->name == name; };
    const auto waiting = std::ranges::find_if(queue_, same);
    if (waiting != queue_.end()) return *waiting;
    const auto newest = std::find_if(running_.rbegin(), running_.rend(), same);
    if (newest == running_.rend()) return nullptr;
    const auto hanging = static_cast<std::size_t>(std::ranges::count_if(running_, same));
    const bool young = now - (*newest)->began_at <= limits_.shared;
    return young || hanging >= limits_.threads_of_a_name ? *newest : nullptr;
}

/// Requires the lock.
void name_resolver::state::begin_thread() {
    const signals_blocked during_this;
    try {
        std::thread([self = shared_from_this()] { self->work(); }).detach();
        ++threads_;
    } catch (const std::system_error& failure) {
        if (threads_ != 0) return;  // An existing thread runs the lookup.
        const job_ptr unable = std::move(queue_.back());
        queue_.pop_back();
        resolved_name result;
        result.code = error_code(failure.code().value(), boost::system::system_category());
        const auto shared_result = std::make_shared<const resolved_name>(std::move(result));
        for (const auto& each : unable->waiters) {
            if (const auto waiter = each.lock()) waiter->complete(shared_result);
        }
    }
}

void name_resolver::state::work() {
    std::unique_lock lock(mutex_);
    while (const job_ptr taken = next(lock)) {
        lock.unlock();
        resolved_name result;
        try {
            result = resolve_(taken->name);
        } catch (const std::exception&) {
            result.code = asio::error::no_memory;
        }
        deliver(taken, std::move(result));
        lock.lock();
    }
    --threads_;
}

/// Marks the next lookup that still has waiters as running and returns it. Returns null after
/// `limits::idle` without a lookup.
name_resolver::state::job_ptr name_resolver::state::next(std::unique_lock<std::mutex>& lock) {
    for (;;) {
        ++idle_;
        const bool found = work_available_.wait_for(
            lock, limits_.idle, [this] { return !forking_ && !queue_.empty(); });
        --idle_;
        if (!found && queue_.empty()) return nullptr;
        if (!found) continue;  // A fork is in progress.
        job_ptr taken = std::move(queue_.front());
        queue_.pop_front();
        if (std::ranges::all_of(taken->waiters, [](const auto& each) { return each.expired(); }))
            continue;
        taken->began_at = clock::now();
        taken->running = true;
        running_.push_back(taken);
        return taken;
    }
}

void name_resolver::state::deliver(const job_ptr& done, resolved_name result) {
    std::vector<std::weak_ptr<name_lookup::waiter>> waiters;
    {
        const std::lock_guard lock(mutex_);
        std::erase(running_, done);
        waiters.swap(done->waiters);
    }
    finished_.notify_all();
    const std::lock_guard lock(delivering_);
    try {
        const auto shared_result = std::make_shared<const resolved_name>(std::move(result));
        for (const auto& each : waiters) {
            if (const auto waiter = each.lock()) waiter->complete(shared_result);
        }
    } catch (const std::exception&) {
        return;  // Out of memory: the waiting operations have their own time limits.
    }
}

void name_resolver::state::before_fork() {
    delivering_.lock();
    std::unique_lock lock(mutex_);
    forking_ = true;
    const auto began = clock::now();
    finished_.wait_until(lock, began + limits_.fork, [&] {
        return std::ranges::all_of(running_, [&](const job_ptr& each) {
            return each->began_at + limits_.fork <= clock::now();
        });
    });
    (void)lock.release();
}

// ---- the resolver

name_resolver::name_resolver(function resolve, limits of)
    : state_(std::make_shared<state>(std::move(resolve), of)) {}

name_resolver::~name_resolver() = default;

name_lookup name_resolver::start(const std::string& name, const asio::any_io_executor& executor,
                                 handler then) {
    return name_lookup(state_->start(name, executor, std::move(then)));
}

void name_resolver::before_fork() { state_->before_fork(); }

void name_resolver::after_fork(fork_side side) { state_->after_fork(side); }

std::size_t name_resolver::threads() const { return state_->threads(); }

/// Never destroyed: threads may use it while the process exits.
struct name_resolver::process_wide {
    std::mutex mutex;  // Never held by the resolver's threads.
    name_resolver* instance = nullptr;
    name_resolver* of_parent = nullptr;

    static process_wide& get() {
        static process_wide& made = *[] {
            ::pthread_atfork([] { get().before_fork(); }, [] { get().in_parent(); },
                             [] { get().in_child(); });
            return new process_wide;
        }();
        return made;
    }

    void before_fork() {
        mutex.lock();
        if (instance != nullptr) instance->before_fork();
    }
    void in_parent() {
        if (instance != nullptr) instance->after_fork(fork_side::parent);
        mutex.unlock();
    }
    /// The threads belong to the parent: lookups pending here never complete, so the operations
    /// that wait for them time out.
    void in_child() {
        if (instance != nullptr) instance->after_fork(fork_side::child);
        of_parent = std::exchange(instance, nullptr);
        mutex.unlock();
    }
};

name_resolver& name_resolver::shared() {
    process_wide& process = process_wide::get();
    const std::lock_guard lock(process.mutex);
    if (process.instance == nullptr) process.instance = new name_resolver(ask_system_resolver);
    return *process.instance;
}

}  // namespace jellyfish::detail
