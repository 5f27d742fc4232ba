# Tests that a protobuf that brings a CMake package of its own, with a newer major version, is taken,
# by the build and by the CMake package that it installs. Of it there is only that CMake package.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${FOLDER})
set(protobuf ${FOLDER}/protobuf/lib/cmake/protobuf)
file(WRITE ${protobuf}/protobuf-config.cmake "
message(STATUS \"protobuf's own package\")
add_library(protobuf::libprotobuf-lite INTERFACE IMPORTED)
add_executable(protobuf::protoc IMPORTED)
set_target_properties(protobuf::protoc PROPERTIES IMPORTED_LOCATION ${CMAKE_COMMAND})
")
file(WRITE ${protobuf}/protobuf-config-version.cmake "
set(PACKAGE_VERSION 6.33.4)
if(PACKAGE_FIND_VERSION_MAJOR STREQUAL 6)
    set(PACKAGE_VERSION_COMPATIBLE TRUE)
endif()
")
file(WRITE ${FOLDER}/user/CMakeLists.txt "
cmake_minimum_required(VERSION 3.25)
project(user LANGUAGES CXX)
find_package(jellyfish_server_sdk REQUIRED)
")

# Configures what is in a folder, which must find it.
function(configure source build)
    execute_process(
        COMMAND ${CMAKE_COMMAND} -G ${GENERATOR} -S ${source} -B ${build}
            -D CMAKE_CXX_COMPILER=${CXX} "-DCMAKE_PREFIX_PATH=${FOLDER}/protobuf;${FOLDER}/prefix"
            ${ARGN}
        OUTPUT_VARIABLE said ECHO_OUTPUT_VARIABLE COMMAND_ERROR_IS_FATAL ANY)
    if(NOT said MATCHES "protobuf's own package" OR said MATCHES "Found Protobuf")
        message(FATAL_ERROR "${source} takes another protobuf")
    endif()
endfunction()

configure(${ROOT} ${FOLDER}/build -D BUILD_SHARED_LIBS=OFF -D JELLYFISH_BUILD_TESTS=OFF
    -D JELLYFISH_BUILD_EXAMPLES=OFF -D JELLYFISH_BUILD_TOOLS=OFF
    -D JELLYFISH_BUILD_TESTING_SERVER=OFF)
file(WRITE ${FOLDER}/build/src/libjellyfish_server_sdk.a "")  # Stands in for the library.
execute_process(COMMAND ${CMAKE_COMMAND} --install ${FOLDER}/build --prefix ${FOLDER}/prefix
    OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
configure(${FOLDER}/user ${FOLDER}/user_build)
