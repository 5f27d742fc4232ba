# What every target of this project is compiled with; nothing of it reaches users.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND PROJECT_IS_TOP_LEVEL AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

# Warnings are no errors there: a sanitizer's code makes g++ 12 see dangers that are none.
if(JELLYFISH_SANITIZE)
    add_compile_options(-fsanitize=${JELLYFISH_SANITIZE} -fno-omit-frame-pointer -O1 -g1)
    add_link_options(-fsanitize=${JELLYFISH_SANITIZE})
    if(JELLYFISH_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
        add_compile_options(-Wno-tsan)  # Asio's fences, which mutexes accompany.
    endif()
    if(JELLYFISH_SANITIZE MATCHES undefined)
        add_compile_options(-fno-sanitize-recover=undefined)
    endif()
endif()

# What a fuzzer sees of the code that it runs.
if(JELLYFISH_BUILD_FUZZERS)
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Unless told otherwise: so a static library can become part of a user's shared one. Shared libraries
# cannot do without it, as CMake knows, but not of the object libraries that they are made of.
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
    # g++ sees mismatched deletes in Asio's coroutines, and g++ 12 overlaps in std::string, where there
    # are none, depending on what it inlines.
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_compile_options(${target} PRIVATE
            $<$<VERSION_LESS:${CMAKE_CXX_COMPILER_VERSION},13>:-Wno-restrict>
            -Wno-mismatched-new-delete)
    endif()
    # Only Boost's parts that are linked or headers; nothing is pulled in by itself.
    target_compile_definitions(${target} PRIVATE BOOST_ALL_NO_LIB)
endfunction()
