#include <jellyfish/error.hpp>
#include <jellyfish/webhook.hpp>
#include <jellyfish/webhook_options.hpp>

#include "http/response_reader.hpp"
#include "support/fuzz_input.hpp"
#include "support/require.hpp"
#include "webhook/webhook_rules.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// @file
/// A request is accepted only with the right path, method, type, credentials, size and body; every
/// response is well-formed HTTP.

namespace jellyfish::fuzz {
namespace {

std::optional<std::vector<notification>> read(const std::string& body) {
    try {
        return receive_batch(body);
    } catch (const error&) {
        return std::nullopt;
    }
}

void check_bytes(const webhook_response& response, bool http_1_1, bool keep_alive) {
    std::string bytes;
    detail::append_webhook_response(bytes, response, http_1_1, keep_alive);
    detail::http::response_reader reader;
    require(reader.read(bytes) == bytes.size() && reader.done(), "the output is a single response");
    require(reader.keep_alive() == keep_alive, "it states whether the connection is kept");
    require(reader.take().status == response.status, "it has the status");
}

void run(fuzz_input input) {
    const bool protect = input.flag();
    const std::vector<std::string> texts = input.texts(4);
    webhook_options options = webhook_options().path("/hook").body_limit(64);
    if (protect) options.secret("s3cret").credentials("user", "password");
    const std::string right = "Basic dXNlcjpwYXNzd29yZA==";

    webhook_request request;
    request.target = texts[0];
    request.method = texts[1];
    request.content_type = texts[2];
    request.body = texts[3];
    for (const bool authorized : {false, true}) {
        if (authorized) request.authorization = right;
        const webhook_response response = handle_webhook(request, options);
        require((response.status == 200) == response.accepted(), "200 is accepted");
        require(response.accepted() == response.detail.empty(), "a refusal is explained");
        check_bytes(response, true, true);
        check_bytes(response, true, false);
        check_bytes(response, false, true);
        if (!response.accepted()) continue;
        require(authorized || !protect, "nothing is accepted without the credentials");
        const std::string path = texts[0].substr(0, texts[0].find('?'));
        require(path.ends_with(options.target()), "nothing is accepted on another path");
        require(path == options.target() || path.find("://") != std::string::npos, "nor below one");
        require(texts[1] == "POST", "nothing is accepted with another method");
        require(texts[3].size() <= options.body_limit(), "nothing is accepted beyond the limit");
        require(read(texts[3]) == response.received,
                "the received notifications are those of the body");
    }
}

}  // namespace
}  // namespace jellyfish::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    jellyfish::fuzz::run({data, size});
    return 0;
}
