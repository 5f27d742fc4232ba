// The build defines BOOST_TEST_MODULE, the name of the program's test tree.
#include <boost/test/unit_test.hpp>
