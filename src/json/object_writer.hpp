#pragma once

#include "json/document.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

namespace jellyfish::detail::json {

/// Returns a JSON string.
[[nodiscard]] inline std::string in_quotes(std::string_view text) {
    return boost::json::serialize(boost::json::string(text));
}

/// Writes a JSON object. Values that are JSON text are copied exactly.
class object_writer {
public:
    /// Copies a member of another object, unless it is null.
    void copy(const json::key& key, const json::value& value) {
        if (value.kind() != kind::null) add(key.text(), value.text());
    }

    /// Adds a member whose value is JSON text.
    object_writer& value(std::string_view key, std::string_view json) {
        add(in_quotes(key), json);
        return *this;
    }
    object_writer& string(std::string_view key, std::string_view value) {
        return this->value(key, in_quotes(value));
    }
    object_writer& boolean(std::string_view key, bool value) {
        return this->value(key, value ? "true" : "false");
    }

    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

    /// Returns the object.
    [[nodiscard]] std::string take() { return empty() ? "{}" : std::move(text_.append("}")); }

    /// Returns the object, or an empty text if it is empty.
    [[nodiscard]] std::string take_or_nothing() { return empty() ? "" : take(); }

private:
    void add(std::string_view quoted_key, std::string_view json) {
        text_.append(text_.empty() ? "{" : ",").append(quoted_key).append(":").append(json);
    }

    std::string text_;  // Without the closing brace.
};

}  // namespace jellyfish::detail::json
