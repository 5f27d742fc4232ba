#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jellyfish::detail {

/// What a JSON value is.
enum class json_kind : std::uint8_t { null, boolean, number, string, array, object };

/// A value in a JSON text whose syntax was checked.
///
/// It refers to the text, which must outlive it. So what is kept as JSON text, such as metadata,
/// stays what the server sent, to the digit: the same text as in a notification.
class json_text {
public:
    struct member;

    /// How deep a text may be nested.
    static constexpr std::size_t max_depth = 256;

    /// Checks a text; nothing, and why in `problem`, when it is no JSON or nested too deeply.
    [[nodiscard]] static std::optional<json_text> parse(std::string_view text,
                                                        std::string& problem);

    /// The text of this value, without spaces around it.
    [[nodiscard]] std::string_view text() const noexcept { return text_; }

    [[nodiscard]] json_kind kind() const noexcept;

    /// The members of an object, in their order; none of anything else.
    [[nodiscard]] std::vector<member> members() const;

    /// The elements of an array; none of anything else.
    [[nodiscard]] std::vector<json_text> elements() const;

    /// What a string says; empty for anything else.
    [[nodiscard]] std::string string() const;

    /// Whether this is `true`.
    [[nodiscard]] bool is_true() const noexcept { return text_ == "true"; }

    /// A whole number; one that 64 bits do not hold becomes the nearest that they do. Nothing when
    /// it has a fraction or is no number.
    [[nodiscard]] std::optional<std::int64_t> whole_number() const;

private:
    explicit json_text(std::string_view text) noexcept : text_(text) {}

    std::string_view text_;
};

struct json_text::member {
    std::string key;
    json_text value;
};

}  // namespace jellyfish::detail
