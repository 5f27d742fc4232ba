# Tests that the installed sandbox server runs and prints its help.
execute_process(COMMAND ${PROGRAM} --help
    OUTPUT_VARIABLE help TIMEOUT 10 COMMAND_ERROR_IS_FATAL ANY)
if(NOT help MATCHES "--port")
    message(FATAL_ERROR "${PROGRAM} --help does not mention --port: ${help}")
endif()
