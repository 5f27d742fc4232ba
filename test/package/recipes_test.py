"""The recipes for vcpkg and Conan name the version, the dependencies and the options that CMake has.

    recipes_test.py ROOT VERSION
"""

import ast
import json
import re
import sys
import unittest
from pathlib import Path

root, version = Path(sys.argv[1]), sys.argv[2]
cmake = (root / "CMakeLists.txt").read_text()
found = dict(re.findall(r"find_package\((\w+) ([\d.]+) (?:MODULE )?REQUIRED", cmake))
conan = (root / "conanfile.py").read_text()
vcpkg = {
    path: json.loads((root / path).read_text())
    for path in ("vcpkg.json", "packaging/vcpkg/ports/jellyfish-server-sdk/vcpkg.json")
}


def boost_ports(*patterns):
    """The ports of the parts of Boost that these sources include."""
    files = {path for pattern in patterns for path in root.glob(pattern)}
    assert files, patterns
    included = re.findall(r"#include <boost/([a-z0-9_]+)", "\n".join(map(Path.read_text, files)))
    # <boost/version.hpp> is in boost-config, which every part requires.
    return {"boost-" + name.replace("_", "-") for name in included if name != "version"}


sandbox = boost_ports("include/jellyfish/testing/*.hpp", "sandbox/*.cpp", "sandbox/*/*.[ch]pp")
library = boost_ports("include/jellyfish/*.hpp", "include/jellyfish/detail/*.hpp", "src/*/*.[ch]pp")
features = {
    "testing": sandbox - library,
    "tools": boost_ports("tools/*.[ch]pp", "examples/metrics_table.*") - library,
    "tests": boost_ports("test/**/*.[ch]pp") - library,
}


def names(dependencies):
    all_names = {each["name"] if isinstance(each, dict) else each for each in dependencies}
    return {name for name in all_names if not name.startswith("vcpkg-")}


def assigned(name):
    """The value of a member of Conan's recipe."""
    for node in ast.walk(ast.parse(conan)):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            return ast.literal_eval(node.value)
    raise AssertionError(name)


class Recipes(unittest.TestCase):
    def test_all_have_the_projects_version(self):
        self.assertEqual({path: each["version"] for path, each in vcpkg.items()},
                         {path: version for path in vcpkg})
        self.assertEqual(assigned("version"), version)

    def test_vcpkg_depends_on_what_the_sources_use(self):
        for path, manifest in vcpkg.items():
            self.assertEqual(names(manifest["dependencies"]),
                             library | {"openssl", "protobuf"}, path)
            for name, feature in manifest["features"].items():
                self.assertEqual(names(feature["dependencies"]), features[name], f"{path}: {name}")

    def test_conan_requires_what_cmake_looks_for(self):
        required = dict(re.findall(r'self\.requires\("(\w+)/\[>=([\d.]+) <', conan))
        self.assertEqual(required, {name.lower(): least for name, least in found.items()})

    def test_conan_links_what_cmake_links(self):
        _, _, linking = (root / "src/CMakeLists.txt").read_text().partition(
            "function(jellyfish_library name)")
        targets = re.findall(r"\b(?:Boost|OpenSSL|protobuf)::[\w-]+",
                             linking.partition("endfunction")[0])
        self.assertEqual(set(re.findall(r'"((?:boost|openssl|protobuf)::[\w-]+)"', conan)),
                         {target.lower() for target in targets})

    def test_each_sets_only_options_that_cmake_has(self):
        options = set(re.findall(r"option\((JELLYFISH_\w+)", cmake))
        port = (root / "packaging/vcpkg/ports/jellyfish-server-sdk/portfile.cmake").read_text()
        for recipe in conan, port:
            used = set(re.findall(r"JELLYFISH_(?:BUILD|INSTALL)\w*", recipe))
            self.assertTrue(used)
            self.assertLessEqual(used, options)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
