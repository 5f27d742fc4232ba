# Runs the vcpkg port in ARCHIVE, which is unpacked in FOLDER, with FEATURES, separated by commas,
# and stand-ins for vcpkg's functions; and looks at the package that it makes in FOLDER/package.
# OPTIONS, separated by `|`, are given to CMake.
cmake_minimum_required(VERSION 3.25)

set(PORT jellyfish-server-sdk)
set(VCPKG_LIBRARY_LINKAGE static)
set(CURRENT_PACKAGES_DIR ${FOLDER}/package)
string(REPLACE "," ";" FEATURES "${FEATURES}")
string(REPLACE "|" ";" VCPKG_CMAKE_CONFIGURE_OPTIONS "${OPTIONS}")
file(REMOVE_RECURSE ${FOLDER})
file(ARCHIVE_EXTRACT INPUT ${ARCHIVE} DESTINATION ${FOLDER})
file(GLOB port ${FOLDER}/*/packaging/vcpkg/ports/${PORT})
get_filename_component(source ${port}/../../../.. ABSOLUTE)

# As far from the sources as this project's own build, whose objects ccache then has.
set(BUILD_TREE ${source}/build/vcpkg)
set(ENV{CCACHE_BASEDIR} ${source})
set(ENV{CCACHE_NOHASHDIR} true)

include(${CMAKE_CURRENT_LIST_DIR}/functions.cmake)
include(${port}/portfile.cmake)

# What vcpkg would complain of.
set(share ${CURRENT_PACKAGES_DIR}/share)
foreach(file IN ITEMS ${share}/${PORT}/copyright ${share}/${PORT}/usage
        ${CURRENT_PACKAGES_DIR}/lib/libjellyfish_server_sdk.a)
    if(NOT EXISTS ${file})
        message(FATAL_ERROR "The package has no ${file}")
    endif()
endforeach()
foreach(folder IN ITEMS bin debug lib/cmake share/doc)
    if(EXISTS ${CURRENT_PACKAGES_DIR}/${folder})
        message(FATAL_ERROR "vcpkg wants no ${folder} in the package")
    endif()
endforeach()
file(GLOB_RECURSE entries LIST_DIRECTORIES true ${CURRENT_PACKAGES_DIR}/*)
foreach(entry IN LISTS entries)
    file(GLOB content ${entry}/*)
    if(IS_DIRECTORY ${entry} AND NOT content)
        message(FATAL_ERROR "The package has an empty folder: ${entry}")
    endif()
endforeach()

# Each feature of the manifest is one that the port knows.
file(READ ${port}/vcpkg.json manifest)
string(JSON features GET "${manifest}" features)
string(JSON count LENGTH "${features}")
list(LENGTH checked_features checked)
if(NOT count EQUAL checked)
    message(FATAL_ERROR "The port checks for ${checked_features}, vcpkg.json has ${features}")
endif()
foreach(feature IN LISTS checked_features)
    string(JSON text GET "${features}" ${feature} description)
endforeach()
