#include "fixtures/rest_fixture.hpp"
#include "sandbox/json/json.hpp"

#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using namespace jellyfish;
using testing::detail::http_response;
using testing::detail::json_value;

/// A call to a real server, and its response.
struct recorded_call {
    std::string group;
    std::string name;
    std::string method;
    std::string target;
    std::string body;
    unsigned status = 0;
    std::string response;

    /// The room named by the target.
    [[nodiscard]] std::string room() const { return target.substr(6, target.find('/', 6) - 6); }
};

std::vector<recorded_call> recorded_calls(std::string_view group) {
    const std::string path = std::string(JELLYFISH_TEST_DATA_DIR) + "/sandbox_rest.jsonl";
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read " + path);
    std::vector<recorded_call> out;
    for (std::string line; std::getline(file, line);) {
        const boost::json::object row = boost::json::parse(line).as_object();
        const auto text = [&](const char* name) { return std::string(row.at(name).as_string()); };
        if (text("group") != group) continue;
        out.push_back({text("group"), text("name"), text("method"), text("target"), text("body"),
                       row.at("status").to_number<unsigned>(), text("answer")});
    }
    return out;
}

bool is_id(std::string_view text) {
    constexpr std::size_t uuid_size = 36;
    constexpr std::string_view digits = "0123456789";
    if (text.starts_with("id-")) return text.find_first_not_of(digits, 3) == text.npos;
    return text.size() == uuid_size &&
           text.find_first_not_of("0123456789abcdef-") == std::string_view::npos;
}

/// A body with each id, including the fixture's, replaced by the same placeholder.
std::string without_ids(std::string_view body) {
    std::string out;
    while (!body.empty()) {
        const std::size_t begin = body.find('"');
        const std::size_t end = begin == body.npos ? begin : body.find('"', begin + 1);
        if (end == body.npos) break;
        const std::string_view text = body.substr(begin + 1, end - begin - 1);
        out += body.substr(0, begin + 1);
        out += is_id(text) ? std::string_view("#") : text;
        out += '"';
        body.remove_prefix(end + 1);
    }
    return out += body;
}

struct fixture : test::rest_fixture {
    fixture() {
        write_file("file_component_sources/video.h264", "x");
        write_file("file_component_sources/audio.ogg", "x");
        write_file("file_component_sources/text.txt", "x");
    }

    void check(const recorded_call& recorded) {
        const http_response response = call(recorded.method, recorded.target, recorded.body);
        BOOST_TEST_CONTEXT(recorded.name) {
            BOOST_TEST(response.result_int() == recorded.status);
            BOOST_TEST(without_ids(response.body()) == without_ids(recorded.response));
        }
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sandbox_rest_recordings, fixture)

BOOST_AUTO_TEST_CASE(rooms_are_created_and_rejected_word_for_word) {
    const auto calls = recorded_calls("room");
    BOOST_TEST(calls.size() > 40U);
    for (const recorded_call& recorded : calls)
        check(recorded);
}

BOOST_AUTO_TEST_CASE(peers_are_rejected_word_for_word) {
    const auto calls = recorded_calls("peer");
    BOOST_TEST(calls.size() > 8U);
    for (const recorded_call& recorded : calls) {
        const std::string id = recorded.room();
        make_room(id, {}, id == "p-5" ? json_value(std::int64_t{0}) : json_value());
        check(recorded);
        BOOST_TEST((rooms.find(id) == nullptr) == (recorded.status == 500), recorded.name);
    }
}

BOOST_AUTO_TEST_CASE(components_are_added_and_rejected_word_for_word) {
    const auto calls = recorded_calls("component");
    BOOST_TEST(calls.size() > 50U);
    for (const recorded_call& recorded : calls) {
        const std::string id = recorded.room();
        make_room(id, id == "c-v" ? "vp8" : id == "c-n" ? "" : "h264");
        if (recorded.response.find("Reached hls") != std::string::npos) {
            add_component(id, R"({"type":"hls"})");
        }
        check(recorded);
        BOOST_TEST((rooms.find(id) == nullptr) == (recorded.status == 500), recorded.name);
    }
}

BOOST_AUTO_TEST_CASE(routes_and_ids_are_rejected_word_for_word) {
    make_room("m-2");
    const auto calls = recorded_calls("route");
    BOOST_TEST(calls.size() >= 30U);
    for (const recorded_call& recorded : calls)
        check(recorded);
}

BOOST_AUTO_TEST_SUITE_END()
