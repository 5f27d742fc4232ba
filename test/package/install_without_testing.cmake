# Installs into PREFIX, which is recreated, what a build in BUILD without the server for tests would
# contain. An empty file replaces the library: only the CMake package is needed here.
file(REMOVE_RECURSE ${PREFIX} ${BUILD})
set(off)
foreach(option IN ITEMS TESTS EXAMPLES TOOLS TESTING_SERVER)
    list(APPEND off -D JELLYFISH_BUILD_${option}=OFF)
endforeach()
execute_process(
    COMMAND ${CMAKE_COMMAND} -G ${GENERATOR} -S ${SOURCE} -B ${BUILD} ${off}
        -D BUILD_SHARED_LIBS=OFF -D CMAKE_CXX_COMPILER=${CXX}
    COMMAND_ERROR_IS_FATAL ANY)
file(WRITE ${BUILD}/src/libjellyfish_server_sdk.a "")
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${PREFIX}
    COMMAND_ERROR_IS_FATAL ANY)
file(GLOB left_out ${PREFIX}/include/jellyfish/testing ${PREFIX}/*/*testing*)
if(left_out)
    message(FATAL_ERROR "The server for tests is installed: ${left_out}")
endif()
