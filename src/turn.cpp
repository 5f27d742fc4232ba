#include "turn.hpp"

namespace jellyfish::detail {

thread_local turn* turn::current_ = nullptr;

void turn::wake(std::shared_ptr<woken> operation) {
    if (current_ == nullptr || current_->several_) {
        operation->post();
    } else if (!current_->woken_) {
        current_->woken_ = std::move(operation);
    } else {
        // One after the other, as they were woken: so none of them at the end of the turn.
        current_->several_ = true;
        std::exchange(current_->woken_, nullptr)->post();
        operation->post();
    }
}

turn::~turn() {
    current_ = outer_;
    if (woken_) woken_->post();
}

void turn::end() {
    current_ = nullptr;  // What the handler wakes is not for a turn around this one, either.
    const auto operation = std::exchange(woken_, nullptr);
    if (operation) operation->go_on(here_);
}

}  // namespace jellyfish::detail
