# Requests the package in PREFIX with find_package(jellyfish_server_sdk REQUEST), in its own project
# in FOLDER. The output must match SAYS; and the request must be rejected, unless IS_FOUND.
file(REMOVE_RECURSE ${FOLDER})
set(languages NONE)  # A rejection needs no compiler.
if(IS_FOUND)
    set(languages CXX)
endif()
file(WRITE ${FOLDER}/CMakeLists.txt "
cmake_minimum_required(VERSION 3.25)
project(find LANGUAGES ${languages})
find_package(jellyfish_server_sdk ${REQUEST})
foreach(component IN ITEMS server_sdk testing other)
    message(STATUS \"\${component}: \${jellyfish_server_sdk_\${component}_FOUND}\")
endforeach()
")
execute_process(
    COMMAND ${CMAKE_COMMAND} -G ${GENERATOR} -S ${FOLDER} -B ${FOLDER}/build
        -D CMAKE_PREFIX_PATH=${PREFIX} -D CMAKE_CXX_COMPILER=${CXX}
    RESULT_VARIABLE result OUTPUT_VARIABLE printed ERROR_VARIABLE printed)
string(REGEX REPLACE "[ \n]+" " " printed "${printed}")
if(NOT printed MATCHES "${SAYS}")
    message(FATAL_ERROR "`${REQUEST}` does not print `${SAYS}`, but: ${printed}")
endif()
if(IS_FOUND AND NOT result EQUAL 0)
    message(FATAL_ERROR "`${REQUEST}` is rejected: ${printed}")
elseif(NOT IS_FOUND AND result EQUAL 0)
    message(FATAL_ERROR "`${REQUEST}` is not rejected: ${printed}")
endif()
