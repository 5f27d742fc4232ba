# The compile options of all targets of this project. None of them propagates to users.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND PROJECT_IS_TOP_LEVEL AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

# Warnings are not errors here: sanitizers cause false positives in g++ 12.
if(JELLYFISH_SANITIZE)
    add_compile_options(-fsanitize=${JELLYFISH_SANITIZE} -fno-omit-frame-pointer -O1 -g1)
    add_link_options(-fsanitize=${JELLYFISH_SANITIZE})
    if(JELLYFISH_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
        add_compile_options(-Wno-tsan)  # About Asio's fences, which mutexes accompany.
    endif()
    if(JELLYFISH_SANITIZE MATCHES undefined)
        add_compile_options(-fno-sanitize-recover=undefined)
    endif()
endif()

# Coverage instrumentation for the fuzzers.
if(JELLYFISH_BUILD_FUZZERS)
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# By default, so that a static library can be linked into a user's shared library. Shared libraries
# require it; CMake knows that, but not for the object libraries that they consist of.
if(BUILD_SHARED_LIBS OR NOT DEFINED CMAKE_POSITION_INDEPENDENT_CODE)
    set(CMAKE_POSITION_INDEPENDENT_CODE ON)
endif()

function(jellyfish_compile_options target)
    target_compile_features(${target} PUBLIC cxx_std_20)
    set_target_properties(${target} PROPERTIES
        CXX_EXTENSIONS OFF
        CXX_VISIBILITY_PRESET hidden
        VISIBILITY_INLINES_HIDDEN ON)
    target_compile_options(${target} PRIVATE
        -Wall -Wextra -Wpedantic -Wconversion -Wshadow $<$<BOOL:${JELLYFISH_WERROR}>:-Werror>)
    # False positives, which depend on inlining: mismatched deletes in Asio's coroutines (g++) and
    # overlaps in std::string (g++ 12).
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_compile_options(${target} PRIVATE
            $<$<VERSION_LESS:${CMAKE_CXX_COMPILER_VERSION},13>:-Wno-restrict>
            -Wno-mismatched-new-delete)
    endif()
    # Disables automatic linking of Boost.
    target_compile_definitions(${target} PRIVATE BOOST_ALL_NO_LIB)
endfunction()
