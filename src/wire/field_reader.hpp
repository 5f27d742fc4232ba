#pragma once

#include <jellyfish/notification.hpp>

#include "text/utf8.hpp"
#include "wire/fast_decode.hpp"
#include "wire/varint.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace jellyfish::detail::wire {

/// Reads the fields of a message in ascending order of their numbers.
class field_reader {
public:
    /// The lengths in a short message are usually ASCII as well, so one check covers the message.
    field_reader(std::string_view bytes, unknown_fields unknown) noexcept
        : field_reader(bytes, unknown, bytes.size() <= short_message && is_ascii(bytes)) {}

    void operator()(std::uint32_t number, std::string& to) {
        const std::string_view found = bytes(number);
        if (!ascii_ && !is_utf8(found)) good_ = false;
        to.assign(found);
    }

    /// Reads a field of bytes, which need not be UTF-8.
    void raw(std::uint32_t number, std::string& to) { to.assign(bytes(number)); }

    void operator()(std::uint32_t peer_number, track_endpoint& to) {
        const std::uint32_t component_number = peer_number + 1;
        to.kind = next_is(peer_number)        ? endpoint_kind::peer
                  : next_is(component_number) ? endpoint_kind::component
                                              : endpoint_kind::unspecified;
        (*this)(to.kind == endpoint_kind::peer ? peer_number : component_number, to.id);
    }

    void operator()(std::uint32_t number, track& to) {
        field_reader from(bytes(number), unknown_, ascii_);
        from(1, to.id);
        from(2, to.type);
        from(3, to.metadata);
        good_ = good_ && from.done();
    }

    void operator()(std::uint32_t number, optional_track& to) {
        to = {};
        if (!next_is(number)) return;
        track value;
        (*this)(number, value);
        to = std::move(value);
    }

    /// The enumerators have the protocol's numbers.
    template <class Enum>
    void operator()(std::uint32_t number, open_enum<Enum>& to) {
        const auto value = static_cast<int>(this->number(number));
        if (value < 0 || value >= static_cast<int>(Enum::unknown)) {
            to = open_enum<Enum>(std::to_string(value));
        } else if (to != static_cast<Enum>(value)) {  // Rarely, since slots are reused.
            to = static_cast<Enum>(value);
        }
    }

    /// Whether the message was valid and no rejected fields remain.
    [[nodiscard]] bool done() const noexcept {
        return good_ && (rest_.empty() || unknown_ == unknown_fields::ignored);
    }

private:
    static constexpr std::size_t short_message = 512;

    /// @param ascii Whether all bytes are known to be ASCII, which makes every field valid UTF-8.
    field_reader(std::string_view bytes, unknown_fields unknown, bool ascii) noexcept
        : rest_(bytes), unknown_(unknown), ascii_(ascii) {}

    /// Whether the next field has this number and is length-delimited.
    [[nodiscard]] bool next_is(std::uint32_t number) const noexcept {
        return !rest_.empty() && byte_at(0) == (number << 3 | 2U);
    }

    /// Returns the payload of the next field if it has this number; otherwise nothing.
    [[nodiscard]] std::string_view bytes(std::uint32_t number) noexcept {
        if (!next_is(number)) return {};
        rest_.remove_prefix(1);
        const auto length = read_varint(rest_);
        if (!length || *length > rest_.size()) return fail();
        const std::string_view found = rest_.substr(0, *length);
        rest_.remove_prefix(*length);
        return found;
    }

    /// Returns the value of the next field if it has this number and is a varint; otherwise 0.
    [[nodiscard]] std::uint64_t number(std::uint32_t number) noexcept {
        if (rest_.empty() || byte_at(0) != number << 3) return 0;
        rest_.remove_prefix(1);
        const auto found = read_varint(rest_, longest_varint);
        if (!found) good_ = false;
        return found.value_or(0);
    }

    [[nodiscard]] unsigned byte_at(std::size_t i) const noexcept {
        return static_cast<unsigned char>(rest_[i]);
    }

    std::string_view fail() noexcept {
        good_ = false;
        return {};
    }

    std::string_view rest_;
    unknown_fields unknown_;
    bool ascii_;
    bool good_ = true;
};

}  // namespace jellyfish::detail::wire
