#include "sandbox/rest/request_failures.hpp"

#include "sandbox/http/urls.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace jellyfish::testing::detail {
namespace {

/// Whether a path matches a pattern such as `/room/*/peer` or `/room/**`.
bool matches(std::string_view pattern, const std::vector<std::string>& path) {
    auto at = path.begin();
    while (!pattern.empty()) {
        pattern.remove_prefix(pattern.starts_with('/') ? 1 : 0);
        const std::string_view segment = pattern.substr(0, pattern.find('/'));
        pattern.remove_prefix(segment.size());
        if (segment.empty()) continue;
        if (segment == "**" && pattern.empty()) return true;
        if (at == path.end() || (segment != "*" && segment != *at)) return false;
        ++at;
    }
    return at == path.end();
}

std::string in_upper_case(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return text;
}

}  // namespace

void request_failures::add(request_failure value) {
    if (value.status() < 200 || value.status() > 999)
        throw std::invalid_argument("invalid status: expected a number from 200 to 999");
    if (value.text() && !jellyfish::detail::is_utf8(*value.text()))
        throw std::invalid_argument("invalid failure text: expected UTF-8");
    value.method(in_upper_case(value.method()));
    failures_.remove_if([&](const request_failure& each) {
        return each.method() == value.method() && each.path() == value.path();
    });
    if (value.times() > 0) failures_.push_front(std::move(value));
}

std::optional<request_failure> request_failures::take(std::string_view method,
                                                      std::string_view target,
                                                      std::string_view prefix) {
    const auto parsed = parse_target(target, prefix);
    for (auto at = failures_.begin(); at != failures_.end(); ++at) {
        if (!at->method().empty() && at->method() != method) continue;
        if (!at->path().empty() && !(parsed && matches(at->path(), parsed->path))) continue;
        const request_failure out = *at;
        at->times(out.times() - 1);
        if (at->times() == 0) failures_.erase(at);
        return out;
    }
    return std::nullopt;
}

}  // namespace jellyfish::testing::detail
