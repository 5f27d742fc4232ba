"""Builds and runs the tests' example of a user's project with the package."""

import os

from conan import ConanFile
from conan.tools.build import can_run
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout


class TestPackage(ConanFile):
    settings = "os", "arch", "compiler", "build_type"

    def requirements(self):
        self.requires(self.tested_reference_str)

    def layout(self):
        cmake_layout(self)

    def _with_testing(self):
        return bool(self.dependencies["jellyfish-server-sdk"].options.testing)

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["WITH_TESTING"] = self._with_testing()
        toolchain.generate()
        CMakeDeps(self).generate()

    def build(self):
        root = os.path.join(self.recipe_folder, "..", "..", "..")
        cmake = CMake(self)
        cmake.configure(build_script_folder=os.path.join(root, "test", "package", "consumer"))
        cmake.build()

    def test(self):
        if not can_run(self):
            return
        for program in ["consumer"] + ["with_server"] * self._with_testing():
            self.run(os.path.join(self.cpp.build.bindir, program), env="conanrun")
