#pragma once

#include <jellyfish/fishjam/agent_event.hpp>
#include <jellyfish/fishjam/agent_options.hpp>
#include <jellyfish/fishjam/agent_stats.hpp>

#include "agent/agent_session.hpp"
#include "agent/send_queue.hpp"
#include "delivery/delivery_queue.hpp"
#include "delivery/delivery_stream.hpp"
#include "delivery/gap_marks.hpp"
#include "delivery/notification_queue.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/buffer.hpp>

namespace jellyfish::detail {

template <>
struct storage_of<fishjam::agent_event> {
    using type = item_queue<fishjam::agent_event>;
};

/// The result of an attempt to queue media.
enum class push_result : std::uint8_t {
    queued,
    full,    ///< The queue is full or no session is ready: wait.
    failed,  ///< It will never be sent.
};

/// The events and requests of an agent, between its sessions and its user. Thread-safe.
class agent_stream final : public delivery_stream {
public:
    using queue_type = delivery_queue<fishjam::agent_event>;
    using image_handler = operation_handler<fishjam::track_image>;

    agent_stream(asio::any_io_executor executor, const fishjam::agent_options& options);
    ~agent_stream();

    // ---- for the session

    using delivery_stream::on_writable;
    void on_writable(std::function<void()> callback, std::size_t slots) override;
    [[nodiscard]] std::size_t capacity_left(std::size_t beyond = 0) override;
    [[nodiscard]] bool is_consumed() const override;

    /// Queues the events of a batch, or completes captures with them, and empties the batch.
    /// Returns false if they did not fit under `overflow_policy::fail`.
    [[nodiscard]] bool push(generation session, agent_events& batch);

    /// Same as above, ignoring the limit.
    void push_beyond_limit(generation session, agent_events& batch);

    /// Passes queued requests to the session, in order, until these have at least `limit` bytes.
    void take(generation session, agent_session& to, std::size_t limit);

    // ---- for the agent

    [[nodiscard]] std::string add_track(const fishjam::agent_track_options& options);
    void remove_track(std::string_view track_id);
    /// @throws jellyfish::error if there is no such track.
    void interrupt(std::string_view track_id);

    /// Queues media.
    /// @param waited Whether the caller has waited in `wait_send()`; otherwise those who wait take
    ///     precedence.
    [[nodiscard]] push_result try_send(std::string_view track_id, asio::const_buffer data,
                                       bool waited, error_code& code, diagnostics_ptr& info);

    /// Completes when `try_send()` may succeed, or when it would fail. Cancelling it sends nothing.
    void wait_send(operation_handler<> handler);

    void capture_image(std::string track_id, image_handler handler);

    void count_into(fishjam::agent_stats& stats) const;

    [[nodiscard]] const std::shared_ptr<queue_type>& queue() const noexcept { return queue_; }

private:
    struct outgoing_track {
        std::uint64_t number;
        fishjam::agent_track_options options;
    };

    /// The captures of a track that wait for the same image.
    struct capture {
        std::string track_id;
        std::uint64_t number;
        wait_queue& waiting;
        fishjam::track_image image;  // Set before the waiting operations are notified.
    };
    struct capture_operation;

    void on_ready() override;
    void on_lost(const disconnected& mark, const diagnostics_ptr& info, time_point since) override;
    void on_restored(time_point now, std::uint32_t attempts) override;
    void on_begin() override;
    void on_cancelled() override;
    void on_closing() override;
    void on_end() override;
    void on_destroy() override;
    [[nodiscard]] bool everything_taken() const noexcept override { return queue_->empty(); }

    template <class Push>
    void route(generation session, agent_events& batch, Push push);
    [[nodiscard]] bool complete_capture(fishjam::agent_event& event);
    void end_captures(const error_code& code, const diagnostics_ptr& info);
    void remove_abandoned_captures();
    [[nodiscard]] bool is_ready() noexcept { return connection().state() == session_state::ready; }
    /// Why media can never be queued; no code if it can be queued now or later.
    struct failure {
        error_code code;
        diagnostics_ptr info;
    };
    [[nodiscard]] failure sending_failure() noexcept;
    [[nodiscard]] bool may_send() noexcept { return is_ready() && outgoing_.bytes() < send_limit_; }
    void request_sending();
    void notify_senders();
    template <class Matches>
    void discard_if(Matches matches);
    void discard_unsent();

    const std::size_t send_limit_;
    const time_point::duration capture_timeout_;
    const overflow_policy overflow_;
    wait_queue& senders_;
    const std::shared_ptr<queue_type> queue_;

    // Guarded by the mutex.
    gap_marks<fishjam::agent_event> gaps_;
    std::function<void()> on_change_;  // Makes the session send and read.
    std::map<std::string, outgoing_track, std::less<>> tracks_;
    std::list<std::shared_ptr<capture>> captures_;
    send_queue outgoing_;
    bool sending_requested_ = false;
    std::uint64_t last_number_ = 0;
    std::uint64_t received_ = 0;
    std::uint64_t dropped_ = 0;
    std::uint64_t packets_sent_ = 0;
    std::uint64_t packets_discarded_ = 0;
};

}  // namespace jellyfish::detail
