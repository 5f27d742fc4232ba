#pragma once

#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

namespace jellyfish::detail {

/// An operation that is ready to call its handler.
class resumable {
public:
    /// Calls the handler from within this call if it may run on `here`, the executor that runs the
    /// caller; otherwise dispatches it to its own executor.
    virtual void resume(const boost::asio::any_io_executor& here) = 0;

    /// Posts the handler.
    virtual void post() = 0;

protected:
    ~resumable() = default;
};

/// Resumes an operation inline at the end of the scope, instead of posting it, if it is the only
/// one that became ready on this thread. This saves a cycle of the event loop for an operation that
/// waits for data just read. `end()` must be called where handlers may run: outside locks and
/// strands.
class resume_scope {
public:
    /// @param here The executor that runs this code; must outlive the scope.
    explicit resume_scope(const boost::asio::any_io_executor& here) noexcept
        : here_(here), outer_(std::exchange(current_, this)) {}
    resume_scope(const resume_scope&) = delete;
    resume_scope& operator=(const resume_scope&) = delete;
    ~resume_scope();

    /// Resumes the operation, if there is one. Without this call the destructor posts it.
    /// Exceptions from the handler propagate.
    void end();

    /// Resumes an operation at the end of this thread's scope. Posts it if there is no scope or it
    /// is not the only operation.
    static void resume(std::shared_ptr<resumable> operation);

private:
    static thread_local resume_scope* current_;

    const boost::asio::any_io_executor& here_;
    resume_scope* const outer_;
    std::shared_ptr<resumable> operation_;
    bool several_ = false;  // Several operations became ready: all are posted.
};

}  // namespace jellyfish::detail
