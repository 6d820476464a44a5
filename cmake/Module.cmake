# The module as PostgreSQL loads it; for clang-tidy and for sanitizer builds of the whole.
find_program(PG_CONFIG pg_config REQUIRED)
execute_process(COMMAND ${PG_CONFIG} --includedir-server OUTPUT_VARIABLE PG_INCLUDE
                OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)

moodle_sources(MODULE_SOURCES src/pg src/fdw)
if(MODULE_SOURCES)
    add_library(moodle_fdw MODULE ${MODULE_SOURCES})
    set_target_properties(moodle_fdw PROPERTIES PREFIX "")
    # PostgreSQL's headers do not pass -Wextra under C++, hence SYSTEM. Before 16 PGDLLEXPORT is
    # empty, and hidden visibility would hide the entry points too.
    target_include_directories(moodle_fdw SYSTEM PRIVATE ${PG_INCLUDE})
    target_compile_definitions(moodle_fdw PRIVATE
        _GNU_SOURCE "PGDLLEXPORT=__attribute__((visibility(\"default\")))")
    target_compile_options(moodle_fdw PRIVATE -fno-strict-aliasing -fwrapv)
    target_link_libraries(moodle_fdw PRIVATE moodle_moodle moodle_net)
    target_link_options(moodle_fdw PRIVATE
        -Wl,--version-script=${CMAKE_CURRENT_SOURCE_DIR}/cmake/exports.map)
    set_target_properties(moodle_fdw PROPERTIES
        LINK_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/cmake/exports.map)
endif()
