# One program a file of test/unit, so that one that crashes takes no other with it.
find_package(GTest REQUIRED)

file(GLOB UNIT_TESTS CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/test/unit/*_test.cpp)
foreach(file IN LISTS UNIT_TESTS)
    get_filename_component(name ${file} NAME_WE)
    add_executable(${name} ${file})
    target_include_directories(${name} PRIVATE test)
    target_compile_definitions(${name} PRIVATE
        MOODLE_TEST_DATA="${CMAKE_CURRENT_SOURCE_DIR}/test/data")
    target_link_libraries(${name} PRIVATE moodle_moodle moodle_net GTest::gtest_main)
    add_test(NAME ${name} COMMAND ${name})
    # A hung test is a failed one.
    set_tests_properties(${name} PROPERTIES TIMEOUT 120)
endforeach()
