"""Conan 2: `conan create .` makes a package of these sources. See packaging/README.md."""

import os

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, rmdir


class JellyfishServerSdk(ConanFile):
    name = "jellyfish-server-sdk"
    version = "0.2.0"
    description = "Coroutine-based C++20 server SDK for the Jellyfish media server"
    license = "Apache-2.0"
    topics = ("jellyfish", "webrtc", "asio", "coroutines")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {
        "shared": [True, False],
        "fPIC": [True, False],
        "testing": [True, False],  # jellyfish::testing and jellyfish-sandbox
        "tools": [True, False],  # jellyfish, the command-line tool
    }
    default_options = {
        "shared": False,
        "fPIC": True,
        "testing": False,
        "tools": False,
        "protobuf/*:lite": True,
    }
    exports_sources = (
        "CMakeLists.txt",
        "LICENSE",
        "cmake/*",
        "include/*",
        "proto/*",
        "src/*",
        "sandbox/*",
        "tools/*",
        "examples/metrics_table.*",
    )
    test_package_folder = "packaging/conan/test_package"

    def configure(self):
        if self.options.shared:
            self.options.rm_safe("fPIC")

    def validate(self):
        check_min_cppstd(self, 20)
        if self.settings.os != "Linux":
            raise ConanInvalidConfiguration(f"{self.name} was built on Linux only")

    def requirements(self):
        self.requires("boost/[>=1.81 <2]", transitive_headers=True)
        self.requires("openssl/[>=3 <4]")
        self.requires("protobuf/[>=3.21 <4]")

    def build_requirements(self):
        self.tool_requires("protobuf/<host_version>")

    def layout(self):
        cmake_layout(self)

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["JELLYFISH_BUILD_TESTING_SERVER"] = bool(self.options.testing)
        toolchain.cache_variables["JELLYFISH_BUILD_TOOLS"] = bool(self.options.tools)
        toolchain.cache_variables["JELLYFISH_BUILD_TESTS"] = False
        toolchain.cache_variables["JELLYFISH_BUILD_EXAMPLES"] = False
        toolchain.generate()
        CMakeDeps(self).generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        CMake(self).install()
        # Conan makes these of package_info().
        rmdir(self, os.path.join(self.package_folder, "lib", "cmake"))
        rmdir(self, os.path.join(self.package_folder, "lib", "pkgconfig"))
        rmdir(self, os.path.join(self.package_folder, "share", "doc"))

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "jellyfish_server_sdk")
        # Before 1.0 a minor version may change the interface.
        self.cpp_info.set_property("cmake_config_version_compat", "SameMinorVersion")

        server_sdk = self.cpp_info.components["server_sdk"]
        server_sdk.set_property("cmake_target_name", "jellyfish::server_sdk")
        server_sdk.set_property("pkg_config_name", "jellyfish_server_sdk")
        server_sdk.libs = ["jellyfish_server_sdk"]
        server_sdk.requires = [
            "boost::headers",
            "boost::json",
            "boost::url",
            "openssl::ssl",
            "openssl::crypto",
            "protobuf::libprotobuf-lite",
        ]
        server_sdk.system_libs = ["pthread"]

        if self.options.testing:
            testing = self.cpp_info.components["testing"]
            testing.set_property("cmake_target_name", "jellyfish::testing")
            testing.set_property("pkg_config_name", "jellyfish_testing")
            testing.libs = ["jellyfish_testing"]
            testing.requires = ["server_sdk"]
