#include "protocol/plain_request.hpp"

#include "protocol/plain_head.hpp"

#include <optional>

namespace jellyfish::detail {
namespace {

/// The target of a POST of HTTP/1.1; empty for any other line.
std::string_view target_of(std::string_view line) {
    constexpr std::string_view method = "POST ";
    constexpr std::string_view version = " HTTP/1.1";
    if (!line.starts_with(method) || !line.ends_with(version)) return {};
    if (line.size() < method.size() + version.size()) return {};
    line.remove_prefix(method.size());
    line.remove_suffix(version.size());
    return line.find(' ') == line.npos ? line : std::string_view();
}

/// What the fields of a head say.
class fields_of_request {
public:
    explicit fields_of_request(plain_request& into) : into_(into) {}

    /// False when it is for the general parser.
    bool add(const plain_field& field) {
        switch (field.name.size()) {
            case 4:
                if (field.is("host")) ++hosts_;
                return true;
            case 6:
                return !field.is("expect");
            case 12:
                if (field.is("content-type")) into_.content_type = field.value;
                return true;
            case 13:
                if (field.is("authorization")) into_.authorization = field.value;
                return true;
            case 14:
                return !field.is("content-length") || length_.set(field.value);
            default:
                return !field.changes_the_rules() && !field.is("content-encoding");
        }
    }

    [[nodiscard]] bool has_one_host() const { return hosts_ == 1; }
    [[nodiscard]] const plain_length& length() const { return length_; }

private:
    plain_request& into_;
    plain_length length_;
    unsigned hosts_ = 0;
};

}  // namespace

std::size_t read_plain_request(std::string_view input, std::size_t head_limit,
                               std::uint64_t body_limit, plain_request& into) {
    plain_lines lines(input.substr(0, head_limit));
    const auto first = lines.next();
    into = plain_request();
    into.target = first ? target_of(*first) : std::string_view();
    if (into.target.empty()) return 0;
    fields_of_request fields(into);
    for (auto line = lines.next(); !line || !line->empty(); line = lines.next()) {
        const auto field = line ? plain_field_of(*line) : std::nullopt;
        if (!field || !fields.add(*field)) return 0;
    }
    const std::size_t head = lines.used();
    const plain_length& length = fields.length();
    if (!fields.has_one_host() || !length.fits(body_limit, input.size() - head)) return 0;
    into.body = input.substr(head, length.get());
    return head + length.get();
}

}  // namespace jellyfish::detail
