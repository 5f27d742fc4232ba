#include "protocol/plain_answer.hpp"

#include "protocol/plain_head.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace jellyfish::detail {
namespace {

/// The status, which says that there is a body; 0 for any other.
int status_of(std::string_view line) {
    constexpr std::string_view version = "HTTP/1.1 ";
    if (!line.starts_with(version) || line.size() < version.size() + 4) return 0;
    const std::string_view digits = line.substr(version.size(), 3);
    if (!std::ranges::all_of(digits, is_digit) || line[version.size() + 3] != ' ') return 0;
    const int status = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
    return status >= 200 && status != 204 && status != 304 ? status : 0;
}

/// The first that says something counts.
void keep(std::string& to, std::string_view value) {
    if (to.empty()) to = value;
}

/// Keeps what a field of a head says. False when it is for the general parser.
bool add(const plain_field& field, http_answer& into, plain_length& length) {
    switch (field.name.size()) {
        case 8:
            if (field.is("location")) keep(into.location, field.value);
            return true;
        case 12:
            if (field.is("content-type")) keep(into.content_type, field.value);
            return true;
        case 13:
            if (field.is("content-range")) keep(into.content_range, field.value);
            return true;
        case 14:
            return !field.is("content-length") || length.set(field.value);
        default:
            return !field.changes_the_rules();
    }
}

}  // namespace

std::size_t read_plain_answer(std::string_view input, std::uint64_t limit, http_answer& into) {
    constexpr std::size_t usual_head = 4'096;
    static_assert(usual_head < http_response_reader::head_limit);
    plain_lines lines(input.substr(0, usual_head));
    const auto first = lines.next();
    into.status = first ? status_of(*first) : 0;
    if (into.status == 0) return 0;
    plain_length length;
    for (auto line = lines.next(); !line || !line->empty(); line = lines.next()) {
        const auto field = line ? plain_field_of(*line) : std::nullopt;
        if (!field || !add(*field, into, length)) return 0;
    }
    const std::size_t head = lines.used();
    if (!length.fits(limit, input.size() - head)) return 0;
    into.body.assign(input, head, length.get());
    return head + length.get();
}

}  // namespace jellyfish::detail
