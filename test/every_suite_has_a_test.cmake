# Fails when PROGRAM holds a test suite that is not in SUITES, or a test outside of all suites:
# CTest would never run it.
cmake_minimum_required(VERSION 3.25)

execute_process(
    COMMAND ${PROGRAM} --list_content=HRF --color_output=no
    OUTPUT_VARIABLE content ERROR_VARIABLE content COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "(^|\n)[A-Za-z_][^\n]*" found "${content}")
if(NOT found)
    message(FATAL_ERROR "${PROGRAM} lists no test")
endif()
foreach(line IN LISTS found)
    string(REGEX MATCH "[A-Za-z_0-9]+" name "${line}")
    if(NOT name IN_LIST SUITES)
        message(SEND_ERROR "'${name}' is in no file ${name}_test.cpp, so no test runs it")
    endif()
endforeach()
