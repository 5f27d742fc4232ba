#include <jellyfish/error.hpp>

#include "async/wrapped_handler.hpp"
#include "rest/client_impl.hpp"
#include "rest/file_content.hpp"
#include "rest/response_status.hpp"
#include "rest/rest_request.hpp"

#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <boost/asio/error.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace jellyfish::detail {
namespace {

/// The target of a redirection.
struct place {
    std::string address;
    std::string target;
    bool secure = false;
    std::vector<std::string> secrets;  ///< The query of a signed URL, and its values.
};

/// Parses `location`. Returns nothing unless it is an absolute http(s) URL without userinfo.
std::optional<place> place_of(const std::string& location) {
    const auto parsed = boost::urls::parse_uri(location);
    if (!parsed || parsed->has_userinfo() || parsed->encoded_host().empty()) return std::nullopt;
    const bool secure = parsed->scheme_id() == boost::urls::scheme::https;
    if (!secure && parsed->scheme_id() != boost::urls::scheme::http) return std::nullopt;
    place found;
    found.address = std::string(parsed->encoded_host());
    const std::string port(parsed->port());
    found.address += ":" + (port.empty() ? std::string(secure ? "443" : "80") : port);
    found.target = std::string(parsed->encoded_path());
    if (found.target.empty()) found.target.push_back('/');
    if (parsed->has_query()) found.target.append("?").append(parsed->encoded_query());
    found.secrets.emplace_back(parsed->encoded_query());
    for (const auto& each : parsed->encoded_params()) {
        found.secrets.emplace_back(each.value);
        found.secrets.push_back(each.value.decode());
    }
    found.secure = secure;
    return found;
}

std::tuple<http::response> whole_response(http::response response) { return {std::move(response)}; }

/// Handles the response to a request for a file. Follows at most one redirection.
struct hls_operation {
    using wrapped_handler = operation_handler<content>;

    wrapped_handler handler;
    std::shared_ptr<client_impl> api;
    http::request request;
    bool follow = false;
    unsigned cancellations = api->cancellations();

    void operator()(error_code code, diagnostics_ptr info, http::response response) {
        if (code) {
            finish(code, std::move(info));
        } else if (!is_redirect(response)) {
            std::move(handler)(code, std::move(info), content_of(std::move(response)));
        } else if (follow && cancellations != api->cancellations()) {
            finish(asio::error::operation_aborted, nullptr);
        } else if (const auto to = follow ? place_of(response.location) : std::nullopt;
                   to && (to->secure || !api->options().secure())) {
            send_to(*to, response);
        } else {
            reject(
                response,
                follow
                    ? "unsafe redirection: expected an absolute http or https URL without "
                      "credentials, and https if the first request used TLS"
                    : "the response is a redirection, which is not followed (see follow_redirect)");
        }
    }

private:
    void send_to(const place& to, const http::response& response) {
        client_impl::node_ptr node;
        try {
            node = api->node_of_redirection(to.address, to.secure);
        } catch (const error& e) {
            reject(response, "invalid address in the redirection: " + e.info().detail);
            return;
        }
        request.target = to.target;
        request.secret_query = true;
        request.secrets = to.secrets;
        follow = false;
        http::request next = request;
        node->call(
            operation_handler<http::response>(std::move(*this)), [&] { return next; },
            whole_response);
    }

    void reject(const http::response& response, std::string detail) {
        diagnostics info;
        info.operation = request.name();
        info.detail = std::move(detail);
        info.status = response.status;
        log_failed_call(api->options().logger(), errc::unexpected_status, info);
        finish(errc::unexpected_status, std::make_shared<const diagnostics>(std::move(info)));
    }

    void finish(const error_code& code, diagnostics_ptr info) {
        std::move(handler)(code, std::move(info), content());
    }
};

}  // namespace

void fetch_hls_content(operation_handler<content> handler, const std::shared_ptr<client_impl>& api,
                       const std::string& room_id, const std::string& filename,
                       const hls_content_options& options, const call_timeout& timeout) {
    const auto send_request = [&] { return hls_content_request(room_id, filename, options); };
    http::request request;
    try {
        request = api->checked(send_request(), timeout);
    } catch (const error&) {
        // Reported by the call itself.
    }
    api->call(room_id,
              operation_handler<http::response>(hls_operation{
                  std::move(handler), api, std::move(request), options.follow_redirect()}),
              send_request, whole_response, timeout);
}

}  // namespace jellyfish::detail
