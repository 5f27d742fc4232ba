"""Tests conanfile.py and its test package, with a stand-in for Conan: see stand_in.py.

    recipe_test.py CLONE FOLDER VERSION [CMAKE_ARGUMENT…]

CLONE has the project's sources; what is made lies in FOLDER, which is made anew.
"""

import importlib.util
import os
import re
import shutil
import sys
import unittest

sys.dont_write_bytecode = True
import stand_in

clone, work, project_version = sys.argv[1:4]
stand_in.CMake.arguments = sys.argv[4:]
stand_in.install()


def load(path):
    """The recipe in a file: the class that is one."""
    spec = importlib.util.spec_from_file_location("recipe", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return next(thing for thing in vars(module).values()
                if isinstance(thing, type) and thing.__module__ == "recipe"
                and issubclass(thing, stand_in.ConanFile))


def read(path):
    with open(os.path.join(clone, path)) as file:
        return file.read()


recipe_class = load(os.path.join(clone, "conanfile.py"))


def exported(name, **options):
    """The recipe as in Conan's cache: with the sources that it exports, and with these options."""
    folder = os.path.join(work, name)
    for pattern in recipe_class.exports_sources:
        assert stand_in.copy(None, pattern, clone, os.path.join(folder, "sources")), pattern
    sources = os.path.join(folder, "sources")
    os.environ["CCACHE_BASEDIR"] = sources
    recipe = recipe_class(sources, sources, os.path.join(folder, "package"), **options)
    recipe.configure()
    recipe.layout()
    recipe.requirements()
    recipe.build_requirements()
    recipe.validate()
    recipe.generate()
    return recipe


class Recipe(unittest.TestCase):
    def test_its_version_is_that_of_the_project(self):
        self.assertEqual(recipe_class.version, project_version)

    def test_it_requires_what_cmake_looks_for(self):
        recipe = recipe_class("", "", "")
        recipe.requirements()
        recipe.build_requirements()
        asked = dict(re.findall(r"^ *find_package\((\w+) ([\d.]+) (?:MODULE )?REQUIRED",
                                read("CMakeLists.txt"), re.M))
        self.assertEqual(
            {name: re.match(r"\[>=([\d.]+) <", wanted).group(1)
             for name, wanted in recipe.required.items()},
            {name.lower(): least for name, least in asked.items()})
        self.assertEqual(recipe.tools_required, {"protobuf": "<host_version>"})
        # Without it Conan's protobuf has no libprotobuf-lite.
        self.assertIs(recipe_class.default_options["protobuf/*:lite"], True)

    def test_its_library_requires_what_cmake_links(self):
        recipe = recipe_class("", "", "")
        recipe.package_info()
        _, _, linking = read("src/CMakeLists.txt").partition("function(jellyfish_library name)")
        linking, _, _ = linking.partition("endfunction")
        linked = re.findall(r"\b(?:Boost|OpenSSL|protobuf)::[\w-]+", linking)
        self.assertEqual(set(recipe.cpp_info.components["server_sdk"].requires),
                         {target.lower() for target in linked})

    def test_it_refuses_an_older_cxx(self):
        recipe = recipe_class("", "", "")
        recipe.settings.cppstd = "17"
        self.assertRaises(stand_in.ConanInvalidConfiguration, recipe.validate)

    def test_it_refuses_systems_that_were_not_tried(self):
        recipe = recipe_class("", "", "")
        recipe.settings.os = "Windows"
        self.assertRaises(stand_in.ConanInvalidConfiguration, recipe.validate)

    def test_without_options_it_has_the_library_alone(self):
        recipe = exported("library")
        recipe.package_info()
        self.assertEqual(list(recipe.cpp_info.components), ["server_sdk"])
        self.assertIs(recipe.variables["JELLYFISH_BUILD_TESTING_SERVER"], False)
        self.assertIs(recipe.variables["JELLYFISH_BUILD_TOOLS"], False)

    def test_a_shared_library_has_no_choice_of_fpic(self):
        recipe = exported("shared", shared=True)
        self.assertIs(recipe.variables["BUILD_SHARED_LIBS"], True)
        self.assertNotIn("CMAKE_POSITION_INDEPENDENT_CODE", recipe.variables)

    def test_without_fpic_nothing_is_compiled_with_it(self):
        stand_in.CMake.builds = False
        try:
            recipe = exported("no_fpic", fPIC=False)
            recipe.build()
        finally:
            stand_in.CMake.builds = True
        with open(os.path.join(recipe.build_folder, "build.ninja")) as file:
            commands = file.read()
        self.assertIn("-std=c++20", commands)
        self.assertNotIn("-fPIC", commands)


class Package(unittest.TestCase):
    """A package with everything, which is really built."""

    @classmethod
    def setUpClass(cls):
        cls.recipe = exported("everything", testing=True, tools=True)
        cls.recipe.build()
        cls.recipe.package()
        cls.recipe.package_info()

    def test_it_holds_what_conan_wants(self):
        folder = self.recipe.package_folder
        for path in ("licenses/LICENSE", "bin/jellyfish", "bin/jellyfish-sandbox",
                     "include/jellyfish/testing/server.hpp"):
            self.assertTrue(os.path.exists(os.path.join(folder, path)), path)
        for path in ("lib/cmake", "lib/pkgconfig", "share/doc"):
            self.assertFalse(os.path.exists(os.path.join(folder, path)), path)

    def test_its_test_package_builds_and_runs(self):
        folder = os.path.join(clone, recipe_class.test_package_folder)
        os.environ["CCACHE_BASEDIR"] = clone
        test = load(os.path.join(folder, "conanfile.py"))(folder, folder, None)
        test.tested_reference_str = f"{recipe_class.name}/{recipe_class.version}"
        test.layout()
        test.requirements()
        self.assertEqual(test.required, {recipe_class.name: project_version})
        test.dependencies = {recipe_class.name: self.recipe}
        test.generate()
        test.build()
        test.test()
        for program in "consumer", "with_server":
            self.assertTrue(os.path.exists(os.path.join(test.build_folder, program)), program)


if __name__ == "__main__":
    shutil.rmtree(work, ignore_errors=True)
    os.environ["CCACHE_NOHASHDIR"] = "true"
    unittest.main(argv=sys.argv[:1], verbosity=2)
