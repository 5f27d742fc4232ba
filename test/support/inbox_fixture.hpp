#pragma once

#include <jellyfish/error.hpp>
#include <jellyfish/notification.hpp>

#include "notifier/inbox.hpp"
#include "notifier/take_operation.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

namespace jellyfish::test {

/// What an operation completed with, once it has.
struct pop_outcome {
    bool done = false;
    error_code code;
    std::optional<notification> value;
};

/// An inbox, its session, and those who wait.
struct inbox_fixture {
    asio::io_context context;
    std::shared_ptr<detail::inbox> box;
    detail::generation session = 0;
    error_code connect_code = errc::closed;

    explicit inbox_fixture(std::size_t limit = 8, overflow_policy overflow = overflow_policy::pause)
        : box(std::make_shared<detail::inbox>(context.get_executor(), limit, overflow)) {}

    void begin() {
        const auto id = box->begin(detail::operation_handler<>(
            [this](error_code code, const detail::diagnostics_ptr&) { connect_code = code; }));
        BOOST_REQUIRE(id.has_value());
        session = *id;
    }

    void begin_ready() {
        begin();
        box->set_ready(session);
        run();
    }

    /// The session was lost, and is being restored.
    void lose() {
        box->set_lost(session, errc::connection_lost, nullptr, std::chrono::steady_clock::now());
    }

    /// Takes all that is queued, and names it.
    std::string kinds() {
        std::string names;
        for (;;) {
            std::optional<notification> taken;
            box->take_queued(taken);
            if (!taken) return names;
            if (!names.empty()) names += ' ';
            names += name_of(*taken);
        }
    }

    void run() {
        context.restart();
        context.poll();
    }

    bool push(int from, int to) {
        detail::notification_slots batch;
        for (int i = from; i < to; ++i)
            batch.push_back(room_created{std::to_string(i)});
        return box->push(session, batch);
    }

    void take(pop_outcome& out, asio::cancellation_signal* signal = nullptr,
              std::optional<detail::inbox::time_point> deadline = std::nullopt) {
        auto handler = [&out](error_code code, const detail::diagnostics_ptr&,
                              std::optional<notification> value) {
            out = {true, code, std::move(value)};
        };
        using any = detail::operation_handler<std::optional<notification>>;
        any erased = signal != nullptr ? any(asio::bind_cancellation_slot(signal->slot(), handler))
                                       : any(handler);
        box->wait_pop(
            detail::operation_handler<>(detail::take_operation{box, deadline, std::move(erased)}),
            deadline);
    }

    void look(pop_outcome& out) {
        box->wait_available(
            detail::operation_handler<>([&out](error_code code, const detail::diagnostics_ptr&) {
                out = {true, code, std::nullopt};
            }));
    }
};

inline std::string id_in(const pop_outcome& out) {
    return out.value ? std::string(room_id_of(*out.value)) : std::string("(nothing)");
}

}  // namespace jellyfish::test
