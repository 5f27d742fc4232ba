#pragma once

#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

namespace jellyfish::detail {

/// An operation that has what it waited for, and is to call its handler.
class woken {
public:
    /// Calls the handler from within this call if it may be called `here`, on the executor that
    /// runs this; otherwise by its own executor.
    virtual void go_on(const boost::asio::any_io_executor& here) = 0;

    /// Has the handler called later.
    virtual void post() = 0;

protected:
    ~woken() = default;
};

/// Has the only operation that this thread wakes go on at the end of the turn, rather than be
/// posted: whoever waits for what was read has it without another round of the context. The turn
/// must end where handlers may be called: outside locks and strands.
class turn {
public:
    /// @param here The executor that runs this, which must outlive the turn.
    explicit turn(const boost::asio::any_io_executor& here) noexcept
        : here_(here), outer_(std::exchange(current_, this)) {}
    turn(const turn&) = delete;
    turn& operator=(const turn&) = delete;
    ~turn();

    /// Lets the operation go on, if one was woken; without this it is posted. What its handler
    /// throws is passed on.
    void end();

    /// Lets an operation go on at the end of this thread's turn; later, if there is none, or if it
    /// is not the only one.
    static void wake(std::shared_ptr<woken> operation);

private:
    static thread_local turn* current_;

    const boost::asio::any_io_executor& here_;
    turn* const outer_;
    std::shared_ptr<woken> woken_;
    bool several_ = false;  // Were woken: all of them are posted.
};

}  // namespace jellyfish::detail
