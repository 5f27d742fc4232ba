#include <jellyfish/testing/control_server.hpp>

#include "sandbox/control/controls.hpp"
#include "sandbox/http/connection.hpp"
#include "sandbox/http/listener.hpp"
#include "sandbox/http/request_source.hpp"
#include "sandbox/http/urls.hpp"

#include <chrono>
#include <stdexcept>
#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/http/verb.hpp>

namespace jellyfish::testing {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds idle_timeout{60};

detail::ip_authority checked(const std::string& address) {
    auto parsed = detail::parse_ip_authority(address);
    if (parsed) return std::move(*parsed);
    throw std::invalid_argument("invalid control address '" + address +
                                "': expected ADDRESS:PORT with an IP address");
}

}  // namespace

class control_server::impl {
public:
    impl(server& controlled, const detail::ip_authority& address)
        : server_(controlled),
          listener_(
              io_, address.host, address.port,
              [this](asio::ip::tcp::socket socket) { on_connection(std::move(socket)); },
              [](const std::string&) {}),
          address_(listener_.authority()) {
        listener_.start();
        thread_ = std::thread([this] { io_.run(); });
    }

    ~impl() {
        io_.stop();
        thread_.join();
    }

    impl(const impl&) = delete;
    impl& operator=(const impl&) = delete;

    [[nodiscard]] const std::string& address() const noexcept { return address_; }

private:
    void on_connection(asio::ip::tcp::socket socket) {
        auto client = std::make_shared<detail::connection>(std::move(socket), nullptr, gate_);
        asio::co_spawn(io_, serve(std::move(client)), asio::detached);
    }

    asio::awaitable<void> serve(std::shared_ptr<detail::connection> client) {
        detail::request_source requests(client);
        while (client->is_open()) {
            auto received = co_await requests.read(idle_timeout);
            if (received.rejection) client->write(detail::to_bytes(std::move(*received.rejection)));
            if (received.rejection || !received.request) break;
            auto response = detail::run_control(server_, *received.request);
            response.keep_alive(received.request->keep_alive());
            const bool header_only = received.request->method() == boost::beast::http::verb::head;
            client->write(detail::to_bytes(std::move(response), header_only));
            if (!received.request->keep_alive()) break;
        }
        client->finish();
    }

    server& server_;
    std::shared_ptr<detail::connection_gate> gate_ = std::make_shared<detail::connection_gate>();
    asio::io_context io_{1};
    detail::listener listener_;
    std::string address_;
    std::thread thread_;
};

control_server::control_server(server& controlled, const std::string& address)
    : impl_(std::make_unique<impl>(controlled, checked(address))) {}

control_server::~control_server() = default;

const std::string& control_server::address() const noexcept { return impl_->address(); }

}  // namespace jellyfish::testing
