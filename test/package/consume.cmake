# Configures and builds a copy of SOURCE in FOLDER with OPTIONS from scratch, and runs the result.
# Only OPTIONS, separated by `|`, refer to this project.
#
# With ARCHIVE, its sources are unpacked where FetchContent would put them. They have the same place
# each time relative to FOLDER, so ccache need not recompile them.
string(REPLACE "|" ";" OPTIONS "${OPTIONS}")
file(REMOVE_RECURSE ${FOLDER})
file(COPY ${SOURCE}/ DESTINATION ${FOLDER}/source)
if(ARCHIVE)
    file(ARCHIVE_EXTRACT INPUT ${ARCHIVE} DESTINATION ${FOLDER}/build/_deps)
endif()
set(ENV{CCACHE_BASEDIR} ${FOLDER})
set(ENV{CCACHE_NOHASHDIR} true)
execute_process(
    COMMAND ${CMAKE_COMMAND} -G ${GENERATOR} -S ${FOLDER}/source -B ${FOLDER}/build ${OPTIONS}
    COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${FOLDER}/build -j 2 COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_CTEST_COMMAND} --output-on-failure --no-tests=error
    WORKING_DIRECTORY ${FOLDER}/build COMMAND_ERROR_IS_FATAL ANY)
