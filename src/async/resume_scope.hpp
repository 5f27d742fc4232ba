#pragma once

#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

namespace jellyfish::detail {

/// An operation that has what it waited for, and is to call its handler.
class resumable {
public:
    /// Calls the handler from within this call if it may be called `here`, on the executor that
    /// runs this; otherwise by its own executor.
    virtual void resume(const boost::asio::any_io_executor& here) = 0;

    /// Has the handler called later.
    virtual void post() = 0;

protected:
    ~resumable() = default;
};

/// Has the only operation that this thread wakes go on at the end of the turn, rather than be
/// posted: whoever waits for what was read has it without another round of the context. The turn
/// must end where handlers may be called: outside locks and strands.
class resume_scope {
public:
    /// @param here The executor that runs this, which must outlive the turn.
    explicit resume_scope(const boost::asio::any_io_executor& here) noexcept
        : here_(here), outer_(std::exchange(current_, this)) {}
    resume_scope(const resume_scope&) = delete;
    resume_scope& operator=(const resume_scope&) = delete;
    ~resume_scope();

    /// Lets the operation go on, if one was woken; without this it is posted. What its handler
    /// throws is passed on.
    void end();

    /// Lets an operation go on at the end of this thread's turn; later, if there is none, or if it
    /// is not the only one.
    static void resume(std::shared_ptr<resumable> operation);

private:
    static thread_local resume_scope* current_;

    const boost::asio::any_io_executor& here_;
    resume_scope* const outer_;
    std::shared_ptr<resumable> operation_;
    bool several_ = false;  // Were woken: all of them are posted.
};

}  // namespace jellyfish::detail
