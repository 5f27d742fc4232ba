# Debian packages by CPack, one for each component. Requires shared libraries, the prefix /usr and
# programs without run paths: scripts/package.sh sets these.
if(NOT JELLYFISH_INSTALL OR NOT BUILD_SHARED_LIBS OR NOT JELLYFISH_BUILD_TESTING_SERVER)
    message(FATAL_ERROR "JELLYFISH_PACKAGE requires JELLYFISH_INSTALL, BUILD_SHARED_LIBS and "
        "JELLYFISH_BUILD_TESTING_SERVER: run scripts/package.sh")
endif()
find_program(GZIP_PROGRAM gzip REQUIRED)

set(JELLYFISH_PACKAGE_MAINTAINER
    "Jellyfish server SDK maintainers <maintainers@jellyfish-server-sdk.invalid>" CACHE STRING
    "Name and address in the packages' control files")
set(packaging ${PROJECT_SOURCE_DIR}/packaging/debian)
set(deb_release 1)
set(deb_version ${PROJECT_VERSION}-${deb_release})
set(runtime_package libjellyfish-server-sdk${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})

set(CPACK_GENERATOR DEB)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL)
set(CPACK_PACKAGE_NAME jellyfish-server-sdk)
set(CPACK_PACKAGE_CONTACT "${JELLYFISH_PACKAGE_MAINTAINER}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE ${deb_release})
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS
    ${PROJECT_BINARY_DIR}/src ${PROJECT_BINARY_DIR}/sandbox)

# Compresses as Debian requires: without name and time, for reproducible packages.
function(compressed source target)
    file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/packaging)
    execute_process(COMMAND ${GZIP_PROGRAM} -9nc ${source}
        OUTPUT_FILE ${PROJECT_BINARY_DIR}/packaging/${target} COMMAND_ERROR_IS_FATAL ANY)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
endfunction()
compressed(${packaging}/changelog changelog.Debian.gz)

# Only packages contain documentation: `cmake --install` without a component skips it.
function(documented component name)
    install(FILES ${packaging}/copyright ${PROJECT_BINARY_DIR}/packaging/changelog.Debian.gz
        DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${name} COMPONENT ${component} EXCLUDE_FROM_ALL)
    if(EXISTS ${packaging}/${name}.lintian-overrides)
        install(FILES ${packaging}/${name}.lintian-overrides
            DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides RENAME ${name}
            COMPONENT ${component} EXCLUDE_FROM_ALL)
    endif()
    foreach(page IN LISTS ARGN)
        compressed(${packaging}/${page} ${page}.gz)
        install(FILES ${PROJECT_BINARY_DIR}/packaging/${page}.gz
            DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT ${component} EXCLUDE_FROM_ALL)
    endforeach()
endfunction()

# A macro: CPack reads the variables of this directory scope.
macro(debian_package component name section depends description)
    string(TOUPPER ${component} upper)
    list(APPEND CPACK_COMPONENTS_ALL ${component})
    set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${name})
    set(CPACK_DEBIAN_${upper}_PACKAGE_SECTION ${section})
    set(CPACK_DEBIAN_${upper}_PACKAGE_DEPENDS "${depends}")
    set(CPACK_DEBIAN_${upper}_DESCRIPTION "${description}")
    set(CPACK_DEBIAN_${upper}_PACKAGE_SHLIBDEPS ON)
    documented(${component} ${name} ${ARGN})
endmacro()

set(about "Receives the notifications and metrics of Jellyfish media servers, and
manages their rooms, peers and components, with C++20 coroutines on
Boost.Asio.")

debian_package(runtime ${runtime_package} libs ""
    "server SDK for Jellyfish media servers - shared libraries
${about}
.
The shared libraries that programs require at run time, including the
one with the server for tests.")
# CPack does not recognize libraries with such names, and adds no trigger.
set(soversion ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
set(shlibs)
foreach(library IN ITEMS jellyfish_server_sdk jellyfish_testing)
    string(APPEND shlibs "lib${library} ${soversion} ${runtime_package} (>= ${PROJECT_VERSION})\n")
endforeach()
file(WRITE ${PROJECT_BINARY_DIR}/packaging/shlibs "${shlibs}")
file(WRITE ${PROJECT_BINARY_DIR}/packaging/triggers "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA
    ${PROJECT_BINARY_DIR}/packaging/shlibs ${PROJECT_BINARY_DIR}/packaging/triggers)

debian_package(dev libjellyfish-server-sdk-dev libdevel
    "${runtime_package} (= ${deb_version}), libboost1.81-dev, libprotobuf-dev, libssl-dev"
    "server SDK for Jellyfish media servers - development files
${about}
.
Headers, a CMake package and a pkg-config file, including those of the
Jellyfish-compatible server for tests.")
set(CPACK_DEBIAN_DEV_PACKAGE_SHLIBDEPS OFF)

debian_package(sandbox jellyfish-sandbox devel "${runtime_package} (= ${deb_version})"
    "Jellyfish-compatible server without media, for tests
Implements the API and the notifications of a Jellyfish media server, but
handles no media. Run it to try out services and to test them."
    jellyfish-sandbox.1)

if(TARGET jellyfish-tool)
    debian_package(tools jellyfish-tools utils "${runtime_package} (= ${deb_version})"
        "command-line client for the Jellyfish media server
Lists, creates and deletes the rooms, peers, components and recordings of
a Jellyfish media server, and shows its notifications and metrics live,
as text or as JSON for scripts."
        jellyfish.1)
endif()

include(CPack)
