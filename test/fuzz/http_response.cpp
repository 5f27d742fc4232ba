#include "http/response_reader.hpp"
#include "support/fuzz_input.hpp"
#include "support/require.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// @file
/// Any bytes are responses or a failure, the same in every split, and within the limits.

namespace jellyfish::fuzz {
namespace {

namespace http = detail::http;

struct seen_response {
    int status = 0;
    std::string content_type;
    std::string content_range;
    std::string location;
    std::string body;
    bool keep_alive = false;

    bool operator==(const seen_response&) const = default;
};

/// Reads one response after the other, as a reused connection does.
class watched_reader {
public:
    watched_reader(http::method method, std::uint64_t limit)
        : method_(method), limit_(limit), reader_(method, limit) {}

    void feed(std::string_view piece) {
        unused_.append(piece);
        while (unused_.size() != 0 && !reader_.failure()) {
            const std::size_t used = reader_.read(unused_.view());
            require(used <= unused_.size(), "no more is consumed than was fed");
            unused_.consume(used);
            if (reader_.done()) {
                keep_response();
                reader_.begin(method_, limit_);
            } else {
                require(
                    reader_.failure() || unused_.size() < http::response_reader::max_header_size,
                    "no more is kept than the limit");
                break;
            }
        }
    }

    void feed_end() {
        cut_off = !reader_.read_end();
        require(!(reader_.failure() && reader_.done()), "a failed response is not complete");
        require(!reader_.failure() || cut_off, "a failed response does not end successfully");
        if (reader_.failure()) require(!reader_.detail().empty(), "a failure is explained");
        failure = reader_.failure();
        if (reader_.done()) keep_response();
    }

    std::vector<seen_response> seen;
    error_code failure;
    bool cut_off = false;

private:
    void keep_response() {
        const bool keep_alive = reader_.keep_alive();
        http::response response = reader_.take();
        require(response.body.size() <= limit_, "no body is longer than the limit");
        require(response.status >= 200 && response.status <= 999, "a response has a final status");
        require(method_ != http::method::head || response.body.empty(),
                "a response to HEAD has no body");
        seen.push_back({response.status, response.content_type, response.content_range,
                        response.location, response.body, keep_alive});
    }

    http::method method_;
    std::uint64_t limit_;
    http::response_reader reader_;
    unused_bytes unused_;
};

void run(fuzz_input input) {
    const http::method method = input.below(4) == 0 ? http::method::head : http::method::get;
    const std::uint64_t limit = input.flag() ? 65'536 : input.below(200);
    const std::vector<std::uint8_t> sizes = input.numbers(8);

    // A header must be complete: when it arrives in pieces, its errors are detected only then.
    const std::string bytes = std::string(input.rest()) + "\r\n\r\n";

    watched_reader at_once(method, limit);
    at_once.feed(bytes);
    at_once.feed_end();

    watched_reader split(method, limit);
    for (pieces each(bytes, sizes); !each.empty();)
        split.feed(each.next());
    split.feed_end();

    require(at_once.seen == split.seen, "the responses are the same in every split");
    require(at_once.failure == split.failure, "the same failure, however split");
    require(at_once.cut_off == split.cut_off, "the same end, however split");
}

}  // namespace
}  // namespace jellyfish::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    jellyfish::fuzz::run({data, size});
    return 0;
}
