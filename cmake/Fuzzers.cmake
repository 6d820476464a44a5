# test/fuzz/fuzz_NAME.cpp becomes fuzz_NAME; its seeds are test/fuzz/corpus/NAME.
file(GLOB FUZZERS CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/test/fuzz/fuzz_*.cpp)
foreach(file IN LISTS FUZZERS)
    get_filename_component(name ${file} NAME_WE)
    add_executable(${name} ${file})
    target_include_directories(${name} PRIVATE test)
    target_link_libraries(${name} PRIVATE moodle_moodle moodle_net)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
endforeach()
