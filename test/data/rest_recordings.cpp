#include "data/rest_recordings.hpp"

#include <fstream>
#include <stdexcept>
#include <string_view>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace jellyfish::test {
namespace {

namespace json = boost::json;

std::string text(const json::object& from, std::string_view key) {
    const json::value& value = from.at(key);
    return value.is_string() ? std::string(value.get_string()) : std::string();
}

recorded_exchange exchange_of(const json::object& row) {
    const json::object& request = row.at("request").as_object();
    const json::object& response = row.at("response").as_object();
    recorded_exchange out;
    out.number = row.at("i").to_number<int>();
    out.name = text(row, "name");
    out.method = text(request, "method");
    out.target = text(request, "path");
    out.request_body = text(request, "body");
    out.status = response.at("status").to_number<int>();
    out.header_text = text(response, "version") + " " + std::to_string(out.status) + " " +
                      text(response, "reason") + "\r\n";
    for (const json::value& header : response.at("headers").as_array()) {
        out.header_text += std::string(header.at(0).as_string()) + ": " +
                           std::string(header.at(1).as_string()) + "\r\n";
    }
    out.header_text += "\r\n";
    out.body = text(response, "body");
    out.closed_after = row.at("closed_after").as_bool();
    return out;
}

}  // namespace

const std::vector<recorded_exchange>& recorded_exchanges() {
    static const std::vector<recorded_exchange> exchanges = [] {
        const std::string path = std::string(JELLYFISH_TEST_DATA_DIR) + "/rest.jsonl";
        std::ifstream file(path);
        if (!file) throw std::runtime_error("cannot read " + path);
        std::vector<recorded_exchange> all;
        for (std::string line; std::getline(file, line);)
            all.push_back(exchange_of(json::parse(line).as_object()));
        return all;
    }();
    return exchanges;
}

const recorded_exchange& recorded_exchange_named(std::string_view name) {
    for (const recorded_exchange& each : recorded_exchanges()) {
        if (each.name == name) return each;
    }
    throw std::runtime_error("no recorded exchange is named " + std::string(name));
}

}  // namespace jellyfish::test
