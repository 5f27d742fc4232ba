# Installs the libraries, headers, CMake package, pkg-config file and sandbox. Each component is a
# package of cmake/jellyfish_package.cmake, except `license`, which is in none.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package jellyfish_server_sdk)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/${package})

set(installed_targets jellyfish_server_sdk)
set(installed_components server_sdk)  # A regular expression for the CMake package.
set(left_out_headers)
if(JELLYFISH_BUILD_TESTING_SERVER)
    list(APPEND installed_targets jellyfish_testing)
    string(APPEND installed_components "|testing")
    if(TARGET jellyfish-sandbox)
        list(APPEND installed_targets jellyfish-sandbox)
    endif()
else()
    set(left_out_headers PATTERN testing EXCLUDE)
endif()

# Finds shared libraries relative to the program, so that the prefix can be moved.
file(RELATIVE_PATH bin_to_lib /${CMAKE_INSTALL_BINDIR} /${CMAKE_INSTALL_LIBDIR})
if(BUILD_SHARED_LIBS)
    set_target_properties(${installed_targets} PROPERTIES INSTALL_RPATH "$ORIGIN;$ORIGIN/${bin_to_lib}")
endif()

install(TARGETS ${installed_targets} EXPORT ${package}-targets
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT sandbox
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT dev
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/jellyfish
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev
    FILES_MATCHING PATTERN "*.hpp" ${left_out_headers})
# Finds the uses of co_await in users' sources that g++ 12 miscompiles.
install(FILES ${PROJECT_SOURCE_DIR}/scripts/check_co_await.py
    DESTINATION ${CMAKE_INSTALL_DATADIR}/${package} COMPONENT dev)
install(EXPORT ${package}-targets NAMESPACE jellyfish:: DESTINATION ${package_dir} COMPONENT dev)

configure_package_config_file(
    ${CMAKE_CURRENT_LIST_DIR}/${package}-config.cmake.in
    ${PROJECT_BINARY_DIR}/${package}-config.cmake
    INSTALL_DESTINATION ${package_dir}
    NO_SET_AND_CHECK_MACRO)
# Before 1.0, a minor version may change the interface.
write_basic_package_version_file(
    ${PROJECT_BINARY_DIR}/${package}-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES
    ${PROJECT_BINARY_DIR}/${package}-config.cmake
    ${PROJECT_BINARY_DIR}/${package}-config-version.cmake
    DESTINATION ${package_dir} COMPONENT dev)

# Users of the static library link its dependencies themselves.
set(pc_requires)
set(pc_libs)
if(NOT BUILD_SHARED_LIBS)
    set(pc_requires "openssl >= 3, protobuf-lite >= 3.21")
    set(pc_libs "-lboost_json -lboost_url -lboost_container")
endif()
# Computes the prefix relative to the file, so that it can be moved.
file(RELATIVE_PATH pc_to_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(
    ${CMAKE_CURRENT_LIST_DIR}/${package}.pc.in ${PROJECT_BINARY_DIR}/${package}.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/${package}.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT license)
