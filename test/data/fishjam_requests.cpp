#include "data/fishjam_requests.hpp"

#include <fstream>
#include <stdexcept>
#include <string_view>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace jellyfish::test {
namespace {

namespace json = boost::json;

fishjam_request request_of(const json::object& row) {
    const auto text = [&](std::string_view key) { return std::string(row.at(key).as_string()); };
    fishjam_request out{text("call"), text("method"), text("target"),
                        {},           text("body"),   row.at("status").to_number<int>()};
    for (const auto& [name, value] : row.at("headers").as_object())
        out.headers.emplace_back(name, value.as_string());
    return out;
}

}  // namespace

const std::vector<fishjam_request>& fishjam_requests() {
    static const std::vector<fishjam_request> requests = [] {
        const std::string path = std::string(JELLYFISH_TEST_DATA_DIR) + "/fishjam_requests.jsonl";
        std::ifstream file(path);
        if (!file) throw std::runtime_error("cannot read " + path);
        std::vector<fishjam_request> all;
        for (std::string line; std::getline(file, line);)
            all.push_back(request_of(json::parse(line).as_object()));
        return all;
    }();
    return requests;
}

}  // namespace jellyfish::test
