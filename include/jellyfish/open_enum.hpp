#pragma once

#include <jellyfish/detail/config.hpp>

#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace jellyfish {
namespace detail {

/// Prints a text in quotation marks, on one line.
JELLYFISH_DECL void print_quoted(std::ostream& out, std::string_view text);

}  // namespace detail

/// A value of an enumeration that newer servers may extend: either a value known to this library,
/// or `Enum::unknown` together with the server's text.
///
/// Converts from and to `Enum`, and so works in comparisons and `switch` statements.
template <class Enum>
class open_enum {
public:
    /// Constructs a known value.
    open_enum(Enum value) noexcept : value_(value) {}

    /// Constructs an unknown value.
    ///
    /// @param text The server's name for it. Not matched against known names.
    explicit open_enum(std::string text)
        : value_(Enum::unknown), text_(std::make_shared<const std::string>(std::move(text))) {}

    /// Returns the value; `Enum::unknown` if this library does not know it.
    [[nodiscard]] Enum value() const noexcept { return value_; }
    /// Same as `value()`.
    operator Enum() const noexcept { return value_; }

    /// Returns the server's text for an unknown value; otherwise empty. A decimal number where the
    /// protocol uses numbers. Valid until this object is modified or destroyed.
    [[nodiscard]] std::string_view text() const noexcept {
        return text_ ? std::string_view(*text_) : std::string_view();
    }

    friend bool operator==(const open_enum& a, const open_enum& b) noexcept {
        return a.value_ == b.value_ && a.text() == b.text();
    }
    friend bool operator==(const open_enum& a, Enum b) noexcept { return a.value_ == b; }

    /// Prints the value's name, or the server's text in quotation marks.
    friend std::ostream& operator<<(std::ostream& out, const open_enum& value) {
        if (!value.text_) return out << value.value_;
        detail::print_quoted(out, *value.text_);
        return out;
    }

private:
    Enum value_;
    std::shared_ptr<const std::string> text_;  // Unknown values are rare; usually null.
};

}  // namespace jellyfish

/// @cond
// Required by constrained algorithms that compare the two types.
template <class Enum>
struct std::common_type<jellyfish::open_enum<Enum>, Enum> {
    using type = jellyfish::open_enum<Enum>;
};
template <class Enum>
struct std::common_type<Enum, jellyfish::open_enum<Enum>> {
    using type = jellyfish::open_enum<Enum>;
};
/// @endcond
