# Compiles SOURCE with pkg-config's flags for the package in PREFIX, and runs it.
file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER})
set(ENV{PKG_CONFIG_PATH} ${PREFIX}/${LIBDIR}/pkgconfig)
execute_process(COMMAND ${PKG_CONFIG} --cflags --libs jellyfish_server_sdk
    OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
separate_arguments(flags UNIX_COMMAND "${flags}")
foreach(folder IN ITEMS "-I${PREFIX}/" "-L${PREFIX}/")
    string(FIND "${flags}" "${folder}" found)
    if(found EQUAL -1)
        message(FATAL_ERROR "pkg-config names no ${folder}: ${flags}")
    endif()
endforeach()
execute_process(COMMAND ${CXX} -std=c++20 ${SOURCE} -o ${FOLDER}/consumer ${flags}
    COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${FOLDER}/consumer TIMEOUT 60 COMMAND_ERROR_IS_FATAL ANY)
