# Tests that a protobuf with its own CMake package and a newer major version is accepted, by the
# build and by the CMake package that it installs, and that an older one is rejected. Only the CMake
# packages of these protobufs exist.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${FOLDER})

# The files that a protobuf of this version installs into a prefix.
function(make_protobuf version prefix)
    set(package ${prefix}/lib/cmake/protobuf)
    file(WRITE ${package}/protobuf-config.cmake "
message(STATUS \"protobuf's own package\")
add_library(protobuf::libprotobuf-lite INTERFACE IMPORTED)
add_executable(protobuf::protoc IMPORTED)
set_target_properties(protobuf::protoc PROPERTIES IMPORTED_LOCATION ${CMAKE_COMMAND})
")
    file(WRITE ${package}/protobuf-config-version.cmake "
set(PACKAGE_VERSION ${version})
if(NOT PACKAGE_FIND_VERSION OR PACKAGE_VERSION MATCHES \"^\${PACKAGE_FIND_VERSION_MAJOR}[.]\")
    set(PACKAGE_VERSION_COMPATIBLE TRUE)
endif()
")
endfunction()
make_protobuf(6.33.4 ${FOLDER}/protobuf)
make_protobuf(3.12.4 ${FOLDER}/old_protobuf)

file(WRITE ${FOLDER}/user/CMakeLists.txt "
cmake_minimum_required(VERSION 3.25)
project(user LANGUAGES CXX)
find_package(jellyfish_server_sdk REQUIRED)
")

# Configures the project in a folder, which must find it.
function(configure source build)
    execute_process(
        COMMAND ${CMAKE_COMMAND} -G ${GENERATOR} -S ${source} -B ${build}
            -D CMAKE_CXX_COMPILER=${CXX} "-DCMAKE_PREFIX_PATH=${FOLDER}/protobuf;${FOLDER}/prefix"
            ${ARGN}
        OUTPUT_VARIABLE printed ECHO_OUTPUT_VARIABLE COMMAND_ERROR_IS_FATAL ANY)
    if(NOT printed MATCHES "protobuf's own package" OR printed MATCHES "Found Protobuf")
        message(FATAL_ERROR "${source} takes another protobuf")
    endif()
endfunction()

configure(${ROOT} ${FOLDER}/build -D BUILD_SHARED_LIBS=OFF -D JELLYFISH_BUILD_TESTS=OFF
    -D JELLYFISH_BUILD_EXAMPLES=OFF -D JELLYFISH_BUILD_TOOLS=OFF
    -D JELLYFISH_BUILD_TESTING_SERVER=OFF)
file(WRITE ${FOLDER}/build/src/libjellyfish_server_sdk.a "")  # A stub for the library.
execute_process(COMMAND ${CMAKE_COMMAND} --install ${FOLDER}/build --prefix ${FOLDER}/prefix
    OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
configure(${FOLDER}/user ${FOLDER}/user_build)

execute_process(
    COMMAND ${CMAKE_COMMAND} -G ${GENERATOR} -S ${ROOT} -B ${FOLDER}/old_build
        -D CMAKE_CXX_COMPILER=${CXX} -D CMAKE_PREFIX_PATH=${FOLDER}/old_protobuf
    RESULT_VARIABLE failed OUTPUT_QUIET ERROR_VARIABLE printed)
if(NOT failed OR NOT printed MATCHES "protobuf 3.21 or later is required, found 3.12.4")
    message(FATAL_ERROR "an old protobuf was accepted: ${printed}")
endif()
