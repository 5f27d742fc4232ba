// Every operation reports the same failure, whatever its completion token.
#include <jellyfish/jellyfish.hpp>
#include <jellyfish/testing/server.hpp>

#include "fixtures/run.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/system/error_code.hpp>
#include <boost/test/unit_test.hpp>

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace jellyfish;
using namespace std::chrono_literals;
using jellyfish::test::run;

struct story {
    boost::system::error_code code;
    diagnostics info;
};

void check_equal(const story& left, const story& right) {
    BOOST_TEST((left.code == right.code));
    BOOST_TEST(left.info.operation == right.info.operation);
    BOOST_TEST(left.info.address == right.info.address);
    BOOST_TEST(left.info.detail == right.info.detail);
    BOOST_TEST(left.info.status == right.info.status);
    BOOST_TEST(left.info.server_message == right.info.server_message);
}

template <class Call>
story thrown_by(Call call) {
    try {
        call();
    } catch (const error& e) {
        return {e.code(), e.info()};
    }
    BOOST_ERROR("nothing was thrown");
    return {};
}

/// Fails an operation in each way and compares the stories. `call(subject, completion...)` fails
/// with each new `Subject`.
/// @return The story.
template <class Subject, class Call>
story told_by_all_tokens(Call call) {
    const auto expected = thrown_by([&] {
        Subject s;
        run(s.context, call(*s));
    });
    BOOST_TEST(expected.code.failed());

    story told;
    check_equal(expected, thrown_by([&] {
                    Subject s;
                    run(s.context, call(*s, told.info));
                }));
    told.code = expected.code;
    check_equal(expected, told);

    check_equal(expected, thrown_by([&] {
                    Subject s;
                    auto later = call(*s, asio::deferred);
                    run(s.context, std::move(later)(asio::use_awaitable));
                }));
    check_equal(expected, thrown_by([&] {
                    Subject s;
                    auto later = call(*s, asio::use_future);
                    s.context.restart();
                    while (later.wait_for(0s) != std::future_status::ready)
                        s.context.run_one_for(test::patience);
                    later.get();
                }));
    {
        Subject s;
        told = {};
        const auto results =
            run(s.context, call(*s, told.info, asio::as_tuple(asio::use_awaitable)));
        told.code = std::get<0>(results);
        check_equal(expected, told);
    }
    {
        Subject s;
        told = {};
        bool called = false;
        call(*s, told.info, [&](const boost::system::error_code& code, const auto&...) {
            told.code = code;
            called = true;
        });
        s.context.restart();
        while (!called)
            s.context.run_one_for(test::patience);
        check_equal(expected, told);
    }
    return expected;
}

testing::server& shared_server() {
    static testing::server server;
    return server;
}

client_options refused() { return client_options().server_address("127.0.0.1:1"); }

template <class Object>
struct with_context {
    asio::io_context context;
    std::optional<Object> object;

    Object& operator*() { return *object; }
};

/// An object whose calls receive status 500.
template <class Api>
struct failing : with_context<Api> {
    failing() {
        this->object.emplace(this->context,
                             client_options().server_address(shared_server().address()));
        shared_server().fail_requests(1, 500);
    }
};

template <class Api, class Call>
void check_call(Call call) {
    const story told = told_by_all_tokens<failing<Api>>(call);
    BOOST_TEST((told.code == errc::server_error));
    BOOST_TEST(told.info.status == 500);
    BOOST_TEST(told.info.server_message != "");
    BOOST_TEST(told.info.operation != "");
}

/// A notifier or tracker that cannot connect.
template <class Object>
struct refused_object : with_context<Object> {
    refused_object() { this->object.emplace(this->context, refused()); }
};

template <class Object>
struct closed_object : with_context<Object> {
    closed_object() {
        this->object.emplace(this->context);
        run(this->context, this->object->close());
    }
};

template <class Object>
struct idle_object : with_context<Object> {
    idle_object() { this->object.emplace(this->context); }
};

/// A notifier or tracker that was connected or started.
template <class Object>
struct live_object : with_context<Object> {
    live_object() {
        this->object.emplace(this->context,
                             client_options().server_address(shared_server().address()));
        if constexpr (std::is_same_v<Object, notifier>)
            run(this->context, this->object->connect());
        else
            run(this->context, this->object->start());
    }
};

/// A notifier or tracker whose session was lost, and is not restored.
template <class Object>
struct lost_object : with_context<Object> {
    lost_object() {
        this->object.emplace(this->context,
                             client_options().server_address(shared_server().address()),
                             notifier_options().reconnect(reconnect_policy::never()));
        if constexpr (std::is_same_v<Object, notifier>)
            run(this->context, this->object->connect());
        else
            run(this->context, this->object->start());
        shared_server().drop_connections();
    }
};

struct failed_receiver : with_context<webhook_receiver> {
    failed_receiver() {
        object.emplace(context, webhook_options().address("no address"));
        boost::system::error_code code;
        object->listen(code);
    }
};

using tuple_token = asio::as_tuple_t<asio::use_awaitable_t<>>;

/// An object whose operations return an error code and a result by default.
template <class Object>
using tuple_object = tuple_token::as_default_on_t<Object>;

template <class... Results>
using tuple_awaitable = asio::awaitable<std::tuple<boost::system::error_code, Results...>>;

constexpr auto next = [](auto& object, auto&&... completion) {
    return object.next(std::forward<decltype(completion)>(completion)...);
};
constexpr auto next_for = [](auto& object, auto&&... completion) {
    return object.next_for(1ms, std::forward<decltype(completion)>(completion)...);
};
constexpr auto wait = [](auto& object, auto&&... completion) {
    return object.wait(std::forward<decltype(completion)>(completion)...);
};

template <class Object>
void check_consuming_fails_alike() {
    const story late = told_by_all_tokens<idle_object<Object>>(next_for);
    BOOST_TEST((late.code == errc::timeout));
    BOOST_TEST(late.info.operation == "next_for");
    BOOST_TEST(late.info.address != "");
    const story closed = told_by_all_tokens<closed_object<Object>>(wait);
    BOOST_TEST((closed.code == errc::closed));
    BOOST_TEST(closed.info.operation == "wait");
}

/// A call to an object that is destroyed before the call completes.
template <class Call>
diagnostics told_when_destroyed(asio::io_context& context, auto object, Call call) {
    diagnostics info;
    error_code code;
    call(*object, info, [&](error_code ec, auto&&...) { code = ec; });
    object.reset();
    context.restart();
    context.run();
    BOOST_TEST((code == asio::error::operation_aborted));
    return info;
}

template <class Object, class Call>
void check_destroyed(const char* operation, const char* address, Call call) {
    asio::io_context context;
    const auto told = told_when_destroyed(context, std::make_unique<Object>(context), call);
    BOOST_TEST(told.operation == operation);
    BOOST_TEST(told.address == address);
    BOOST_TEST(told.detail == "the object was destroyed");
}

}  // namespace

// A generic lambda that calls a member with these arguments before the completion.
#define CALL(member, ...)                                                         \
    [](auto& api, auto&&... completion) {                                         \
        return api.member(__VA_ARGS__ __VA_OPT__(, )                              \
                              std::forward<decltype(completion)>(completion)...); \
    }

BOOST_AUTO_TEST_SUITE(completion_tokens)

BOOST_AUTO_TEST_CASE(a_failed_call_about_rooms) {
    check_call<room_api>(CALL(create_room));
    check_call<room_api>(CALL(create_room, room_config()));
    check_call<room_api>(CALL(get_room, "r"));
    check_call<room_api>(CALL(get_all_rooms));
    check_call<room_api>(CALL(delete_room, "r"));
}

BOOST_AUTO_TEST_CASE(a_failed_call_about_peers) {
    check_call<room_api>(CALL(add_peer, "r"));
    check_call<room_api>(CALL(add_peer, "r", peer_options_webrtc()));
    check_call<room_api>(CALL(delete_peer, "r", "p"));
}

BOOST_AUTO_TEST_CASE(a_failed_call_about_components) {
    check_call<room_api>(CALL(add_component, "r", component_options_hls()));
    check_call<room_api>(CALL(delete_component, "r", "c"));
    check_call<room_api>(CALL(subscribe, "r", "c", {"p"}));
    check_call<room_api>(CALL(sip_dial, "r", "c", "+123"));
    check_call<room_api>(CALL(sip_end_call, "r", "c"));
    check_call<room_api>(CALL(get_hls_content, "r", "index.m3u8"));
    check_call<room_api>(CALL(get_hls_content, "r", "index.m3u8", hls_content_options()));
}

BOOST_AUTO_TEST_CASE(a_failed_call_about_recordings_or_health) {
    check_call<recording_api>(CALL(get_list));
    check_call<recording_api>(CALL(delete_recording, "r"));
    check_call<recording_api>(CALL(get_content, "r", "f"));
    check_call<health_api>(CALL(check));
}

BOOST_AUTO_TEST_CASE(a_failed_operation_of_a_notifier) {
    const story told = told_by_all_tokens<refused_object<notifier>>(CALL(connect));
    BOOST_TEST((told.code == errc::connect_failed));
    BOOST_TEST(told.info.operation == "connect");
    check_consuming_fails_alike<notifier>();
    BOOST_TEST((told_by_all_tokens<lost_object<notifier>>(next).code == errc::connection_lost));
    BOOST_TEST(
        (told_by_all_tokens<closed_object<notifier>>(CALL(wait_ready)).code == errc::closed));
    const story early =
        told_by_all_tokens<idle_object<notifier>>(CALL(subscribe, event_type::metrics));
    BOOST_TEST((early.code == errc::not_connected));
    BOOST_TEST(early.info.operation == "subscribe");
    BOOST_TEST(early.info.address == "localhost:5002");
    const story again = told_by_all_tokens<live_object<notifier>>(CALL(connect));
    BOOST_TEST((again.code == errc::already_connected));
    BOOST_TEST(again.info.operation == "connect");
    BOOST_TEST(again.info.address == shared_server().address());
}

BOOST_AUTO_TEST_CASE(a_failed_operation_of_a_room_tracker) {
    const story told = told_by_all_tokens<refused_object<room_tracker>>(CALL(start));
    BOOST_TEST((told.code == errc::connect_failed));
    const story again = told_by_all_tokens<live_object<room_tracker>>(CALL(start));
    BOOST_TEST((again.code == errc::already_connected));
    BOOST_TEST(again.info.operation == "start");
    BOOST_TEST(again.info.address == shared_server().address());
    check_consuming_fails_alike<room_tracker>();
    BOOST_TEST((told_by_all_tokens<lost_object<room_tracker>>(next).code == errc::connection_lost));
}

BOOST_AUTO_TEST_CASE(a_failed_operation_of_a_webhook_receiver) {
    const story told = told_by_all_tokens<failed_receiver>(next);
    BOOST_TEST((told.code == errc::invalid_option));
    BOOST_TEST(told.info.operation == "listen");
    check_consuming_fails_alike<webhook_receiver>();
}

BOOST_AUTO_TEST_CASE(a_pending_operation_of_a_destroyed_object) {
    check_destroyed<notifier>("next", "localhost:5002", next);
    check_destroyed<notifier>("next_for", "localhost:5002", CALL(next_for, 1h));
    check_destroyed<notifier>("wait", "localhost:5002", wait);
    check_destroyed<notifier>("wait_ready", "localhost:5002", CALL(wait_ready));
    check_destroyed<webhook_receiver>("next", webhook_options().address().c_str(), next);
    check_destroyed<room_tracker>("next", "localhost:5002", next);
    asio::io_context context;
    notifier source(context);
    const auto told = told_when_destroyed(
        context, std::make_unique<notification_view>(source.view_of_room("r")), next);
    BOOST_TEST(told.operation == "next");
    BOOST_TEST(told.detail == "the object was destroyed");
}

BOOST_AUTO_TEST_CASE(the_default_token_of_an_executor_is_used_by_all_objects) {
    asio::io_context context;
    const auto has_default = [&]<class Result>(auto initiated, std::type_identity<Result>) {
        BOOST_TEST((std::is_same_v<decltype(initiated), Result>));
    };
    using notification_result = tuple_awaitable<std::optional<notification>>;
    has_default(tuple_object<notifier>(context).next(), std::type_identity<notification_result>());
    has_default(tuple_object<webhook_receiver>(context).next(),
                std::type_identity<notification_result>());
    has_default(tuple_object<room_tracker>(context).next(),
                std::type_identity<tuple_awaitable<std::optional<room_change>>>());
    has_default(tuple_object<recording_api>(context).delete_recording("r"),
                std::type_identity<tuple_awaitable<>>());
    has_default(tuple_object<health_api>(context).check(),
                std::type_identity<tuple_awaitable<health_report>>());
}

BOOST_AUTO_TEST_CASE(an_object_can_be_converted_to_one_with_a_default_token) {
    failing<room_api> made;
    auto rooms = tuple_token::as_default_on(std::move(*made));
    const auto results = run(made.context, rooms.get_room("r"));
    BOOST_TEST((std::get<0>(results) == errc::server_error));
    BOOST_TEST((rooms.get_executor() == made.context.get_executor()));
}

BOOST_AUTO_TEST_CASE(an_object_can_be_bound_to_a_concrete_executor) {
    asio::io_context context;
    basic_notifier<asio::io_context::executor_type> subject(context, refused());
    BOOST_TEST((subject.get_executor() == context.get_executor()));
    BOOST_CHECK_THROW(run(context, subject.connect()), error);
}

BOOST_AUTO_TEST_SUITE_END()
