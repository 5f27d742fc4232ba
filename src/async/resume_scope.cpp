#include "async/resume_scope.hpp"

namespace jellyfish::detail {

thread_local resume_scope* resume_scope::current_ = nullptr;

void resume_scope::resume(std::shared_ptr<resumable> operation) {
    if (current_ == nullptr || current_->several_) {
        operation->post();
    } else if (!current_->operation_) {
        current_->operation_ = std::move(operation);
    } else {
        // Post all of them, to complete them in order: none is resumed at the end of the scope.
        current_->several_ = true;
        std::exchange(current_->operation_, nullptr)->post();
        operation->post();
    }
}

resume_scope::~resume_scope() {
    current_ = outer_;
    if (operation_) operation_->post();
}

void resume_scope::end() {
    current_ = nullptr;  // The handler's own completions do not use an outer scope, either.
    const auto operation = std::exchange(operation_, nullptr);
    if (operation) operation->resume(here_);
}

}  // namespace jellyfish::detail
