#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "moodle/rows.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {
namespace {

using Steps = std::vector<std::string>;

RowsPath rows_path(std::string_view text) {
    RowsPath path;
    std::string problem;
    EXPECT_TRUE(RowsPath::parse(text, path, problem)) << text << ": " << problem;
    return path;
}

ColumnPath column_path(std::string_view text) {
    ColumnPath path;
    std::string problem;
    EXPECT_TRUE(ColumnPath::parse(text, path, problem)) << text << ": " << problem;
    return path;
}

TEST(RowsPath, SplitsAtTheFirstStar) {
    EXPECT_FALSE(rows_path("").has_array());
    EXPECT_EQ(rows_path("").inner(), Steps{});
    EXPECT_TRUE(rows_path("/*").has_array());
    EXPECT_EQ(rows_path("/*").outer(), Steps{});
    EXPECT_EQ(rows_path("/users/*").outer(), Steps{"users"});
    EXPECT_EQ(rows_path("/users/*").inner(), Steps{});
    const RowsPath grades = rows_path("/usergrades/*/gradeitems/*");
    EXPECT_EQ(grades.outer(), Steps{"usergrades"});
    EXPECT_EQ(grades.inner(), (Steps{"gradeitems", "*"}));
    EXPECT_EQ(rows_path("/a/b").inner(), (Steps{"a", "b"}));
    EXPECT_FALSE(rows_path("/a/b").has_array());
    EXPECT_EQ(rows_path("/a~1b~0c/*").outer(), Steps{"a/b~c"});
    EXPECT_EQ(rows_path("/courses/*/x/0").inner(), (Steps{"x", "0"}));
    EXPECT_EQ(rows_path("/1/2/3/4/5/6/7/8").inner().size(), 8u);
}

TEST(RowsPath, SaysWhatIsWrong) {
    for (const char* text : {"users", "*", "/", "//", "/users/", "/users//*", "/a~", "/a~2/*",
                             "/0/*", "/courses/12/x/*", "/1/2/3/4/5/6/7/8/9"}) {
        RowsPath path;
        std::string problem;
        EXPECT_FALSE(RowsPath::parse(text, path, problem)) << text;
        EXPECT_FALSE(problem.empty());
    }
}

TEST(ColumnPath, GoesUpAndDown) {
    EXPECT_EQ(column_path("").keys(), Steps{});
    EXPECT_EQ(column_path("id").keys(), Steps{"id"});
    EXPECT_EQ(column_path("grade/raw").keys(), (Steps{"grade", "raw"}));
    EXPECT_EQ(column_path("a~1b").keys(), Steps{"a/b"});
    EXPECT_EQ(column_path("../userid").levels_up(), 1);
    EXPECT_EQ(column_path("../userid").keys(), Steps{"userid"});
    EXPECT_EQ(column_path("../../x").levels_up(), 2);
    EXPECT_EQ(column_path("..").levels_up(), 1);
    EXPECT_EQ(column_path("..").keys(), Steps{});
    EXPECT_EQ(column_path("..x").levels_up(), 0);
    for (const char* text : {"/id", "a//b", "a/", "a/../b", "a/*", "~", "a~3", "/"}) {
        ColumnPath path;
        std::string problem;
        EXPECT_FALSE(ColumnPath::parse(text, path, problem)) << text;
        EXPECT_FALSE(problem.empty());
    }
}

// The rows of one record as text, each with what stands above it.
Steps rows_of(std::string_view path_text, std::string_view record, bool wrong_shape = false) {
    const RowsPath path = rows_path(path_text);
    Tape tape;
    EXPECT_EQ(tape.parse(record), JsonError::None) << record;
    RowWalker walker(path);
    Steps rows;
    for (int round = 0; round < 2; ++round) {  // a walker is used again and again
        rows.clear();
        walker.start(tape);
        while (walker.next()) {
            std::string row(walker.row().text());
            for (int up = 1; walker.ancestor(up).found(); ++up) {
                row += " < " + std::string(walker.ancestor(up).text());
            }
            rows.push_back(row);
        }
        EXPECT_FALSE(walker.next());
        EXPECT_EQ(walker.wrong_shape(), wrong_shape) << record;
    }
    return rows;
}

TEST(RowWalker, ARecordMayBeTheRow) {
    EXPECT_EQ(rows_of("", "{\"a\":1}"), Steps{"{\"a\":1}"});
    EXPECT_EQ(rows_of("/users/*", "7"), Steps{"7"});
}

TEST(RowWalker, WalksInnerArrays) {
    EXPECT_EQ(
        rows_of("/u/*/g/*", "{\"g\":[1,[2],{}]}"),
        (Steps{"1 < {\"g\":[1,[2],{}]}", "[2] < {\"g\":[1,[2],{}]}", "{} < {\"g\":[1,[2],{}]}"}));
    EXPECT_EQ(rows_of("/*/*/*", "[[],[1,2],null,[3]]"),
              (Steps{"1 < [1,2] < [[],[1,2],null,[3]]", "2 < [1,2] < [[],[1,2],null,[3]]",
                     "3 < [3] < [[],[1,2],null,[3]]"}));
    const std::string record = "{\"a\":[{\"b\":[1,2]},{},{\"b\":null},{\"b\":[]},{\"b\":[3]}]}";
    EXPECT_EQ(rows_of("/*/a/*/b/*", record),
              (Steps{"1 < {\"b\":[1,2]} < " + record, "2 < {\"b\":[1,2]} < " + record,
                     "3 < {\"b\":[3]} < " + record}));
}

TEST(RowWalker, StepsMayFollowTheLastStar) {
    EXPECT_EQ(rows_of("/*/b", "{\"b\":5}"), Steps{"5 < {\"b\":5}"});
    EXPECT_EQ(rows_of("/a/b", "{\"a\":{\"b\":{}}}"), Steps{"{} < {\"a\":{\"b\":{}}}"});
    EXPECT_EQ(rows_of("/*/a/*/b", "{\"a\":[{\"b\":1},{\"c\":2},{\"b\":null}]}"),
              Steps{"1 < {\"b\":1} < {\"a\":[{\"b\":1},{\"c\":2},{\"b\":null}]}"});
    EXPECT_EQ(rows_of("/*/a/1", "{\"a\":[4,5]}"), Steps{"5 < {\"a\":[4,5]}"});
    EXPECT_EQ(rows_of("/*/1", "{\"1\":9}"), Steps{"9 < {\"1\":9}"});
}

TEST(RowWalker, MissingOrNullHasNoRowsAndAnythingElseIsWrong) {
    for (const char* record : {"{}", "{\"g\":null}", "{\"g\":[]}", "null"}) {
        EXPECT_EQ(rows_of("/u/*/g/*", record), Steps{}) << record;
    }
    for (const char* record : {"{\"g\":{}}", "{\"g\":1}", "{\"g\":\"\"}", "{\"g\":false}"}) {
        EXPECT_EQ(rows_of("/u/*/g/*", record, true), Steps{}) << record;
    }
    EXPECT_EQ(rows_of("/*/*/*", "[[1],2,[3]]", true),
              (Steps{"1 < [1] < [[1],2,[3]]", "3 < [3] < [[1],2,[3]]"}));
}

class Picked {
  public:
    Picked(std::string_view rows, const Steps& columns)
        : path_(rows_path(rows)), picker_(parse(columns)) {}

    // Rows, then columns; "-" where there is no value.
    std::vector<Steps> of(std::string_view record) {
        Tape tape;
        EXPECT_EQ(tape.parse(record), JsonError::None) << record;
        RowWalker walker(path_);
        walker.start(tape);
        std::vector<Steps> rows;
        std::vector<Value> values;
        while (walker.next()) {
            picker_.pick(walker, values);
            rows.emplace_back();
            for (const Value& value : values) {
                rows.back().emplace_back(value.found() ? value.text() : "-");
            }
        }
        return rows;
    }

  private:
    static std::vector<ColumnPath> parse(const Steps& columns) {
        std::vector<ColumnPath> paths;
        for (const std::string& column : columns) paths.push_back(column_path(column));
        return paths;
    }

    RowsPath path_;
    Picker picker_;
};

using Rows = std::vector<Steps>;

TEST(Picker, FindsKeysWhereverTheyStand) {
    Picked users("/*", {"id", "email", "id", "missing", ""});
    EXPECT_EQ(users.of("{\"id\":1,\"email\":\"a\"}"),
              Rows{Steps({"1", "a", "1", "-", "{\"id\":1,\"email\":\"a\"}"})});
    EXPECT_EQ(users.of("{\"email\":\"b\",\"x\":{\"id\":7},\"id\":2}"),
              Rows{Steps({"2", "b", "2", "-", "{\"email\":\"b\",\"x\":{\"id\":7},\"id\":2}"})});
    EXPECT_EQ(users.of("{\"theme\":\"email\",\"id\":null}"),
              Rows{Steps({"null", "-", "null", "-", "{\"theme\":\"email\",\"id\":null}"})});
    EXPECT_EQ(users.of("{}"), Rows{Steps({"-", "-", "-", "-", "{}"})});
    EXPECT_EQ(users.of("5"), Rows{Steps({"-", "-", "-", "-", "5"})});
}

TEST(Picker, TheLastOfEqualKeysCounts) {
    Picked row("/*", {"a", "b/c", "b/d"});
    EXPECT_EQ(row.of("{\"a\":1,\"a\":2}"), Rows{Steps({"2", "-", "-"})});
    EXPECT_EQ(row.of("{\"b\":{\"c\":1},\"b\":{\"d\":2}}"), Rows{Steps({"-", "-", "2"})});
    EXPECT_EQ(row.of("{\"b\":{\"c\":1,\"c\":3},\"a\":4,\"a\":null}"),
              Rows{Steps({"null", "3", "-"})});
    EXPECT_EQ(row.of("{\"b\":{\"c\":1},\"b\":null}"), Rows{Steps({"-", "-", "-"})});
}

TEST(Picker, ComparesKeysUnescaped) {
    Picked row("/*", {"a~1b", "caf\xc3\xa9"});
    EXPECT_EQ(row.of("{\"a\\/b\":1,\"caf\\u00e9\":2}"), Rows{Steps({"1", "2"})});
    EXPECT_EQ(row.of("{\"a/b\":1,\"caf\xc3\xa9\":2}"), Rows{Steps({"1", "2"})});
    // As long when escaped as another when not.
    Picked same("/*", {"ab"});
    EXPECT_EQ(same.of("{\"\\u0061b\":1}"), Rows{Steps({"1"})});
}

TEST(Picker, GoesUpAndDownAndIntoArrays) {
    Picked grades("/u/*/items/*",
                  {"../userid", "id", "grade/raw", "grade/max", "..", "fields/1/value", "../../x"});
    const std::string record =
        "{\"userid\":3,\"items\":[{\"id\":1,\"grade\":{\"raw\":7.50,\"max\":10}},"
        "{\"id\":2,\"grade\":null,\"fields\":[{\"value\":0},{\"value\":\"v\"}]}]}";
    EXPECT_EQ(grades.of(record), (Rows{Steps({"3", "1", "7.50", "10", record, "-", "-"}),
                                       Steps({"3", "2", "-", "-", record, "v", "-"})}));
}

// Keys that change places, go missing and come back must be found as if nothing were remembered.
TEST(Picker, RemembersNothingWrong) {
    const Steps names = {"id",
                         "username",
                         "firstname",
                         "lastname",
                         "email",
                         "idnumber",
                         "lang",
                         "theme",
                         "a_key_that_is_longer_than_sixty_three_characters_to_share_a_bit",
                         "another_key_longer_than_sixty_three_characters_to_share_its_length"};
    Picked row("/*", names);
    unsigned random = 1;
    for (int round = 0; round < 2000; ++round) {
        std::string record = "{";
        Steps expected(names.size(), "-");
        for (int i = 0; i < 12; ++i) {
            random = random * 1103515245 + 12345;
            const size_t at = (random >> 16) % (names.size() + 2);
            const std::string name =
                at < names.size() ? names[at] : "unwanted" + std::to_string(at);
            const std::string value = std::to_string(round * 100 + i);
            record += (record.size() == 1 ? "\"" : ",\"") + name + "\":" + value;
            if (at < names.size()) expected[at] = value;
        }
        ASSERT_EQ(row.of(record + "}"), Rows{expected}) << record;
    }
}

}  // namespace
}  // namespace moodle_fdw::moodle
