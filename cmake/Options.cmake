# What every target of ours is compiled with.
add_library(moodle_options INTERFACE)
target_compile_options(moodle_options INTERFACE -Wall -Wextra)
target_compile_definitions(moodle_options INTERFACE MOODLE_FDW_VERSION="${MOODLE_FDW_VERSION}")
if(MOODLE_FDW_WERROR)
    target_compile_options(moodle_options INTERFACE -Werror)
endif()

if(MOODLE_FDW_SANITIZE)
    # A report ends the program: a test must not pass over undefined behaviour.
    set(SANITIZE -fsanitize=${MOODLE_FDW_SANITIZE} -fno-sanitize-recover=all
                 -fno-omit-frame-pointer)
    target_compile_options(moodle_options INTERFACE ${SANITIZE})
    target_link_options(moodle_options INTERFACE ${SANITIZE})
endif()

if(MOODLE_FDW_FUZZ)
    if(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
        message(FATAL_ERROR "MOODLE_FDW_FUZZ needs clang: -DCMAKE_CXX_COMPILER=clang++-14")
    endif()
    set(FUZZED -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
               -fno-omit-frame-pointer
               -fsanitize-ignorelist=${CMAKE_CURRENT_SOURCE_DIR}/cmake/sanitizer-ignore.txt)
    target_compile_options(moodle_options INTERFACE ${FUZZED})
    target_link_options(moodle_options INTERFACE -fsanitize=address,undefined)
endif()
