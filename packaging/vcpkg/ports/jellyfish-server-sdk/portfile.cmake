# Builds the clone that contains this port: use it with --overlay-ports. A port in a registry would
# download a release here instead, for example with vcpkg_from_github().
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../../.." ABSOLUTE)

vcpkg_check_features(OUT_FEATURE_OPTIONS FEATURE_OPTIONS
    FEATURES
        testing JELLYFISH_BUILD_TESTING_SERVER
        tools   JELLYFISH_BUILD_TOOLS
)
vcpkg_cmake_configure(
    SOURCE_PATH "${SOURCE_PATH}"
    OPTIONS
        ${FEATURE_OPTIONS}
        -DJELLYFISH_BUILD_TESTS=OFF
        -DJELLYFISH_BUILD_EXAMPLES=OFF
)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(
    PACKAGE_NAME jellyfish_server_sdk
    CONFIG_PATH lib/cmake/jellyfish_server_sdk
)
vcpkg_fixup_pkgconfig()

set(programs "")
if("testing" IN_LIST FEATURES)
    list(APPEND programs jellyfish-sandbox)
endif()
if("tools" IN_LIST FEATURES)
    list(APPEND programs jellyfish)
endif()
if(programs)
    vcpkg_copy_tools(TOOL_NAMES ${programs} AUTO_CLEAN)
endif()

file(REMOVE_RECURSE
    "${CURRENT_PACKAGES_DIR}/debug/include"
    "${CURRENT_PACKAGES_DIR}/debug/share"
    "${CURRENT_PACKAGES_DIR}/share/doc"
)
file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
