"""Stands in for the parts of the module `conan` that the recipes use: what Conan 2 would do with
CMake is done with this machine's own packages in place of Conan's."""

import fnmatch
import os
import shutil
import subprocess
import sys
import types


class ConanInvalidConfiguration(Exception):
    pass


class Options:
    """The options of a recipe: those that it declares, and no others."""

    def __init__(self, declared, values):
        self.__dict__["_values"] = {}
        self.__dict__["_declared"] = declared
        for name, value in values.items():
            setattr(self, name, value)

    def __getattr__(self, name):
        return self._values[name]

    def __setattr__(self, name, value):
        if value not in self._declared[name]:
            raise ConanInvalidConfiguration(f"{name}={value} is not one of the recipe's options")
        self._values[name] = value

    def rm_safe(self, name):
        self._values.pop(name, None)

    def get_safe(self, name):
        return self._values.get(name)


class Component:
    def __init__(self):
        self.properties = {}
        self.libs, self.requires, self.system_libs = [], [], []

    def set_property(self, name, value):
        self.properties[name] = value


class CppInfo(Component):
    def __init__(self):
        super().__init__()
        self.components = {}

    def set_property(self, name, value):
        known = ("cmake_file_name", "cmake_config_version_compat", "cmake_target_name",
                 "pkg_config_name")
        assert name in known, name
        super().set_property(name, value)


class Components(dict):
    def __missing__(self, name):
        self[name] = Component()
        return self[name]


class ConanFile:
    options, default_options = {}, {}

    def __init__(self, folder, recipe_folder, package_folder, **options):
        self.recipe_folder, self.source_folder = recipe_folder, folder
        self.package_folder = package_folder
        own = {k: v for k, v in type(self).default_options.items() if ":" not in k}
        self.options = Options(type(self).options, {**own, **options})
        self.settings = types.SimpleNamespace(os="Linux", cppstd="20")
        self.cpp = types.SimpleNamespace(build=types.SimpleNamespace(bindir="."))
        self.cpp_info = CppInfo()
        self.cpp_info.components = Components()
        self.required, self.tools_required, self.dependencies = {}, {}, {}
        self.variables = {}

    def requires(self, reference, transitive_headers=False):
        name, version = reference.split("/")
        self.required[name] = version

    def tool_requires(self, reference):
        name, version = reference.split("/")
        self.tools_required[name] = version

    def run(self, command, env):
        assert env == "conanrun"
        subprocess.run(command, shell=True, check=True, cwd=self.build_folder, timeout=60)


def cmake_layout(recipe):
    recipe.build_folder = os.path.join(recipe.source_folder, "build", "Release")
    recipe.generators_folder = os.path.join(recipe.build_folder, "generators")
    os.makedirs(recipe.generators_folder)


class CMakeToolchain:
    def __init__(self, recipe):
        self._recipe, self.cache_variables = recipe, {}

    def generate(self):
        variables, options = self._recipe.variables, self._recipe.options
        variables.update(self.cache_variables)
        variables["CMAKE_CXX_STANDARD"] = self._recipe.settings.cppstd
        variables["CMAKE_CXX_EXTENSIONS"] = "OFF"
        for name, option in (("BUILD_SHARED_LIBS", "shared"),
                             ("CMAKE_POSITION_INDEPENDENT_CODE", "fPIC")):
            if options.get_safe(option) is not None:
                variables[name] = options.get_safe(option)


class CMakeDeps:
    """Makes a CMake package of what package_info() of each of the dependencies says."""

    _packages = "find_package(Threads REQUIRED)\n" \
        "find_package(Boost 1.81 REQUIRED COMPONENTS json url)\n" \
        "find_package(OpenSSL REQUIRED)\nfind_package(Protobuf REQUIRED)\n"
    _targets = {"openssl::ssl": "OpenSSL::SSL", "openssl::crypto": "OpenSSL::Crypto"}

    def __init__(self, recipe):
        self._recipe = recipe

    def generate(self):
        for dependency in self._recipe.dependencies.values():
            info = dependency.cpp_info
            name = info.properties["cmake_file_name"]
            with open(os.path.join(self._recipe.generators_folder, f"{name}-config.cmake"), "w") as file:
                file.write(self._packages)
                for component in info.components.values():
                    file.write(self._target(dependency, component))
            assert info.properties["cmake_config_version_compat"] == "SameMinorVersion"
            with open(os.path.join(self._recipe.generators_folder,
                                   f"{name}-config-version.cmake"), "w") as file:
                file.write(f"set(PACKAGE_VERSION {dependency.version})\n"
                           "set(PACKAGE_VERSION_COMPATIBLE TRUE)\n")

    def _target(self, dependency, component):
        name, folder = component.properties["cmake_target_name"], dependency.package_folder
        links = []
        for lib in component.libs:
            suffix = "so" if dependency.options.shared else "a"
            links.append(os.path.join(folder, "lib", f"lib{lib}.{suffix}"))
            assert os.path.exists(links[-1]), links[-1]
        for needed in component.requires:
            if "::" not in needed:
                needed = dependency.cpp_info.components[needed].properties["cmake_target_name"]
            else:
                assert needed.split("::")[0] in dependency.required, needed
            links.append(self._targets.get(needed, needed.replace("boost::", "Boost::")))
        links += component.system_libs
        return (f"add_library({name} INTERFACE IMPORTED)\n"
                f"target_include_directories({name} INTERFACE {folder}/include)\n"
                f"target_link_libraries({name} INTERFACE {' '.join(links)})\n")


class CMake:
    arguments = []  # Given to each configuration.
    builds = True

    def __init__(self, recipe):
        self._recipe = recipe

    def configure(self, build_script_folder=None):
        source = os.path.join(self._recipe.source_folder, build_script_folder or "")
        variables = dict(self._recipe.variables, CMAKE_PREFIX_PATH=self._recipe.generators_folder)
        said = self._run("cmake", "-S", source, "-B", self._recipe.build_folder, *self.arguments,
                         *(f"-D{name}={value}" for name, value in variables.items()))
        unused = said.partition("not used by the project:")[2].split()
        assert not set(unused) & set(self._recipe.variables), unused

    def build(self):
        if self.builds:
            self._run("cmake", "--build", self._recipe.build_folder, "-j", "2")

    def install(self):
        self._run("cmake", "--install", self._recipe.build_folder, "--prefix",
                  self._recipe.package_folder)

    def _run(self, *command):
        done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            print(done.stdout)
            raise SystemExit(f"{' '.join(command)} failed")
        return done.stdout


def check_min_cppstd(recipe, least):
    if int(recipe.settings.cppstd) < least:
        raise ConanInvalidConfiguration(f"C++{least} is needed")


def can_run(recipe):
    return True


def copy(recipe, pattern, source, target):
    """Like Conan's: a pattern without `**` goes into folders as well."""
    found = []
    for folder, _, names in os.walk(source):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), source)
            if fnmatch.fnmatch(path, pattern):
                found.append(path)
                os.makedirs(os.path.join(target, os.path.dirname(path)), exist_ok=True)
                shutil.copy2(os.path.join(source, path), os.path.join(target, path))
    return found


def rmdir(recipe, path):
    shutil.rmtree(path, ignore_errors=True)


def install():
    """Makes `import conan` find what is here."""
    for name, content in {
            "conan": [ConanFile], "conan.errors": [ConanInvalidConfiguration], "conan.tools": [],
            "conan.tools.build": [check_min_cppstd, can_run],
            "conan.tools.cmake": [CMake, CMakeDeps, CMakeToolchain, cmake_layout],
            "conan.tools.files": [copy, rmdir]}.items():
        module = types.ModuleType(name)
        for thing in content:
            setattr(module, thing.__name__, thing)
        sys.modules[name] = module
