#pragma once

#include <jellyfish/open_enum.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/lexical_cast.hpp>

namespace tool {

/// A serialized JSON value.
struct json {
    std::string text;
};

[[nodiscard]] json json_of(std::string_view text);
[[nodiscard]] inline json json_of(const std::string& text) {
    return json_of(std::string_view(text));
}
[[nodiscard]] inline json json_of(const char* text) { return json_of(std::string_view(text)); }
[[nodiscard]] inline json json_of(bool value) { return {value ? "true" : "false"}; }
[[nodiscard]] json json_of(std::integral auto value) { return {std::to_string(value)}; }
[[nodiscard]] inline json json_of(json value) { return value; }

/// Returns the name of a value, or the server's text when the library does not know the value.
template <class Enum>
[[nodiscard]] std::string name_of(const jellyfish::open_enum<Enum>& value) {
    if (value == Enum::unknown) return std::string(value.text());
    return boost::lexical_cast<std::string>(value.value());
}

template <class T>
[[nodiscard]] json json_of(const std::optional<T>& value) {
    return value ? json_of(*value) : json{"null"};
}

/// Returns the server's JSON text on one line, otherwise verbatim; a JSON string if it is not JSON.
[[nodiscard]] json json_of_text(std::string_view text);

/// Builds an object, member by member.
class json_object {
public:
    template <class T>
    json_object& add(std::string_view name, const T& value) {
        text_ += text_.empty() ? '{' : ',';
        text_ += json_of(name).text + ':' + json_of(value).text;
        return *this;
    }

    /// Adds a duration, with its unit after the name.
    template <class Rep, class Period>
    json_object& add(std::string_view name,
                     const std::optional<std::chrono::duration<Rep, Period>>& value) {
        static_assert(Period::num == 1 && (Period::den == 1 || Period::den == 1'000));
        const std::string key = std::string(name) + (Period::den == 1 ? "_s" : "_ms");
        return add(key, value ? json_of(value->count()) : json{"null"});
    }
    template <class Rep, class Period>
    json_object& add(std::string_view name, const std::chrono::duration<Rep, Period>& value) {
        return add(name, std::optional(value));
    }

    [[nodiscard]] json take() const { return {text_.empty() ? "{}" : text_ + '}'}; }

private:
    std::string text_;
};

/// Returns an array of the converted values.
template <class T, class Convert>
[[nodiscard]] json json_array(const std::vector<T>& values, Convert convert) {
    std::string out = "[";
    for (const T& each : values) {
        if (out.size() > 1) out += ',';
        out += convert(each).text;
    }
    return {out + ']'};
}

}  // namespace tool
