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

/// Prints a text between quotation marks, in one line.
JELLYFISH_DECL void print_quoted(std::ostream& out, std::string_view text);

}  // namespace detail

/// A value of an enumeration to which a later server may add: a value that this library knows, or
/// `Enum::unknown` and the server's own text.
///
/// It converts from and to `Enum`, so that it is compared and switched on as one.
template <class Enum>
class open_enum {
public:
    /// A value that this library knows.
    open_enum(Enum value) noexcept : value_(value) {}

    /// A value that this library does not know.
    ///
    /// @param text As the server names it. What this library knows is not looked for in it.
    explicit open_enum(std::string text)
        : value_(Enum::unknown), text_(std::make_shared<const std::string>(std::move(text))) {}

    /// `Enum::unknown` for what this library does not know.
    [[nodiscard]] Enum value() const noexcept { return value_; }
    /// The same.
    operator Enum() const noexcept { return value_; }

    /// What the server sent, when this library does not know it; otherwise empty. A number, in
    /// decimal, where the protocol has one. Valid as long as this lives unchanged.
    [[nodiscard]] std::string_view text() const noexcept {
        return text_ ? std::string_view(*text_) : std::string_view();
    }

    friend bool operator==(const open_enum& a, const open_enum& b) noexcept {
        return a.value_ == b.value_ && a.text() == b.text();
    }
    friend bool operator==(const open_enum& a, Enum b) noexcept { return a.value_ == b; }

    /// The value's name, or the server's text between quotation marks.
    friend std::ostream& operator<<(std::ostream& out, const open_enum& value) {
        if (!value.text_) return out << value.value_;
        detail::print_quoted(out, *value.text_);
        return out;
    }

private:
    Enum value_;
    std::shared_ptr<const std::string> text_;  // Rare, and mostly not there.
};

}  // namespace jellyfish

/// @cond
// What algorithms need in order to compare both.
template <class Enum>
struct std::common_type<jellyfish::open_enum<Enum>, Enum> {
    using type = jellyfish::open_enum<Enum>;
};
template <class Enum>
struct std::common_type<Enum, jellyfish::open_enum<Enum>> {
    using type = jellyfish::open_enum<Enum>;
};
/// @endcond
