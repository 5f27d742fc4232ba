#pragma once

#include "json/tape.hpp"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace jellyfish::detail::json {

/// The type of a JSON value.
enum class kind : std::uint8_t { null, boolean, number, string, array, object };

template <class Item>
class range;
class key;
struct member;

/// A value in a `json::document`. The document and its text must outlive it.
///
/// A value refers to its original text. So JSON kept as text, such as metadata, is exactly what the
/// server sent: the same text as in a notification.
class value {
public:
    /// Returns the text of this value, without surrounding whitespace.
    [[nodiscard]] std::string_view text() const noexcept {
        return {whole_ + place_->begin, place_->length};
    }

    [[nodiscard]] json::kind kind() const noexcept;

    /// Returns the members of an object, in order; empty for any other type.
    [[nodiscard]] json::range<json::member> members() const noexcept;

    /// Returns the elements of an array; empty for any other type.
    [[nodiscard]] json::range<json::value> elements() const noexcept;

    /// Returns the value of a string, with U+FFFD for a lone surrogate; empty for any other type.
    [[nodiscard]] std::string string() const;

    /// Whether this is `true`.
    [[nodiscard]] bool is_true() const noexcept { return text() == "true"; }

    /// Returns an integer, clamped to the range of 64 bits. Returns nothing if the value has a
    /// fraction or is not a number.
    [[nodiscard]] std::optional<std::int64_t> whole_number() const;

private:
    friend class document;
    friend class key;
    template <class Item>
    friend class range;

    value(const char* whole, const json::token* at) noexcept : whole_(whole), place_(at) {}

    /// Returns the text between the quotes of a string.
    [[nodiscard]] std::string_view quoted() const noexcept {
        return {whole_ + place_->begin + 1, std::size_t{place_->length} - 2};
    }

    [[nodiscard]] json::value inside() const noexcept { return {whole_, place_ + 1}; }
    [[nodiscard]] json::value behind() const noexcept { return {whole_, place_ + place_->places}; }

    const char* whole_;
    const json::token* place_;
};

inline json::kind value::kind() const noexcept {
    switch (text().front()) {
        case '{':
            return kind::object;
        case '[':
            return kind::array;
        case '"':
            return kind::string;
        case 'n':
            return kind::null;
        case 't':
        case 'f':
            return kind::boolean;
        default:
            return kind::number;
    }
}

/// The key of a member.
class key {
public:
    explicit key(json::value quoted) noexcept : quoted_(quoted) {}

    [[nodiscard]] bool operator==(std::string_view other) const {
        return quoted_.place_->escaped ? string() == other : quoted_.quoted() == other;
    }
    [[nodiscard]] std::string string() const { return quoted_.string(); }

    /// Returns the original text, in quotation marks.
    [[nodiscard]] std::string_view text() const noexcept { return quoted_.text(); }

private:
    json::value quoted_;
};

struct member {
    json::key key;
    json::value value;
};

/// The members of an object, or the elements of an array.
template <class Item>
class range {
public:
    class iterator {
    public:
        using value_type = Item;
        using difference_type = std::ptrdiff_t;

        explicit iterator(json::value at) noexcept : at_(at) {}

        [[nodiscard]] Item operator*() const noexcept {
            if constexpr (pairs) {
                return {json::key(at_), at_.behind()};
            } else {
                return at_;
            }
        }
        iterator& operator++() noexcept {
            at_ = pairs ? at_.behind().behind() : at_.behind();
            return *this;
        }
        void operator++(int) noexcept { ++*this; }
        [[nodiscard]] bool operator==(const iterator& other) const noexcept {
            return at_.place_ == other.at_.place_;
        }

    private:
        static constexpr bool pairs = std::is_same_v<Item, json::member>;

        json::value at_;
    };

    range(json::value first, json::value end) noexcept : begin_(first), end_(end) {}

    [[nodiscard]] iterator begin() const noexcept { return begin_; }
    [[nodiscard]] iterator end() const noexcept { return end_; }
    [[nodiscard]] bool empty() const noexcept { return begin_ == end_; }

    /// Returns the number of items, in linear time.
    [[nodiscard]] std::size_t count() const noexcept {
        std::size_t n = 0;
        for (iterator at = begin_; !(at == end_); ++at)
            ++n;
        return n;
    }

private:
    iterator begin_;
    iterator end_;
};

/// A JSON text with valid syntax, and the position of each value in it.
class document {
public:
    /// Parses a text, which must outlive the document. Returns nothing, and sets `problem`, if it
    /// is not JSON, or 2 GiB or longer. Neither nesting depth nor number size is limited, because
    /// values kept as text, such as metadata, are defined by peers.
    [[nodiscard]] static std::optional<json::document> parse(std::string_view text,
                                                             std::string& problem);

    [[nodiscard]] json::value root() const noexcept { return {text_.data(), places_.begin()}; }

private:
    explicit document(std::string_view text) : text_(text) {}

    std::string_view text_;
    json::tape places_;
};

}  // namespace jellyfish::detail::json
