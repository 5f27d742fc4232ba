#include "rest/room_directory.hpp"

#include <memory>
#include <string>

#include <boost/test/unit_test.hpp>

namespace {

using directory = jellyfish::detail::room_directory<std::string>;

directory::node_ptr node(const char* name) { return std::make_shared<std::string>(name); }

std::string name_of(const directory::node_ptr& found) { return found ? *found : "(none)"; }

}  // namespace

BOOST_AUTO_TEST_SUITE(room_directory)

BOOST_AUTO_TEST_CASE(a_room_is_found_until_it_is_forgotten) {
    directory subject(4);
    subject.remember("a", node("one"));
    BOOST_TEST(name_of(subject.find("a")) == "one");
    BOOST_TEST(name_of(subject.find("b")) == "(none)");
    subject.remember("a", node("two"));
    BOOST_TEST(name_of(subject.find("a")) == "two");
    subject.forget("a");
    subject.forget("a");
    BOOST_TEST(name_of(subject.find("a")) == "(none)");
}

BOOST_AUTO_TEST_CASE(beyond_the_limit_the_least_recently_used_room_is_forgotten) {
    directory subject(2);
    subject.remember("a", node("one"));
    subject.remember("b", node("two"));
    BOOST_TEST(name_of(subject.find("a")) == "one");
    subject.remember("c", node("three"));
    BOOST_TEST(name_of(subject.find("b")) == "(none)");
    BOOST_TEST(name_of(subject.find("a")) == "one");
    BOOST_TEST(name_of(subject.find("c")) == "three");
}

BOOST_AUTO_TEST_CASE(a_node_is_kept_while_one_of_its_rooms_is_known) {
    directory subject(4);
    auto shared = node("one");
    const std::weak_ptr<std::string> observer = shared;
    subject.remember("a", shared);
    subject.remember("b", std::move(shared));
    subject.forget("a");
    BOOST_TEST(!observer.expired());
    subject.forget("b");
    BOOST_TEST(observer.expired());
}

BOOST_AUTO_TEST_SUITE_END()
