// Sites with a story: that what the web services say and what stands in the database is one, that
// nothing happens after today, and that learners differ.
#include <rapidjson/document.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <sstream>

#include "../sim/sim_process.h"

namespace sim_test {
namespace {

using rapidjson::Document;
using rapidjson::Value;

constexpr int64_t kToday = 1'795'219'200;  // 2026-11-21
const std::vector<std::string> kSizes = {"--story",   "health", "--users", "90",
                                         "--courses", "12",     "--today", "2026-11-21"};

using Row = std::vector<std::string>;
using Rows = std::map<std::string, std::vector<Row>>;  // by table

std::string dumped(const std::string& schema) {
    std::string command = MOODLE_SIM_BINARY;
    for (const std::string& word : kSizes) command += " " + word;
    command += " --write-database " + schema;
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::string text;
    std::array<char, 65536> bytes{};
    while (const size_t count = fread(bytes.data(), 1, bytes.size(), pipe.get())) {
        text.append(bytes.data(), count);
    }
    return text;
}

Rows read_tables(const std::string& sql, const std::string& schema) {
    Rows tables;
    std::string line;
    std::vector<Row>* table = nullptr;
    std::istringstream lines(sql);
    const std::string copy = "COPY " + schema + ".mdl_";
    while (std::getline(lines, line)) {
        if (line.starts_with(copy)) {
            table = &tables[line.substr(copy.size(), line.find(' ', copy.size()) - copy.size())];
        } else if (line == "\\.") {
            table = nullptr;
        } else if (table != nullptr) {
            Row& row = table->emplace_back();
            std::istringstream fields(line);
            std::string field;
            while (std::getline(fields, field, '\t')) row.push_back(field);
        }
    }
    return tables;
}

class Story : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        sim_ = new Sim(kSizes);
        tables_ = new Rows(read_tables(dumped("site"), "site"));
    }
    static void TearDownTestSuite() {
        delete sim_;
        delete tables_;
    }
    static Document ask(const std::string& function, const Form& form = {}) {
        Document body;
        body.Parse(sim_->call(function, form).body.c_str());
        EXPECT_FALSE(body.HasParseError()) << function;
        return body;
    }
    static const std::vector<Row>& rows(const std::string& table) { return (*tables_)[table]; }

    static inline Sim* sim_ = nullptr;
    static inline Rows* tables_ = nullptr;
};

TEST_F(Story, IsAlwaysTheSame) {
    const std::string first = dumped("site");
    EXPECT_GT(first.size(), 1'000'000U);
    EXPECT_TRUE(first == dumped("site"));
}

TEST_F(Story, CoursesStandInUnitsOfDirectorates) {
    std::map<int64_t, int64_t> parents;
    const Document categories = ask("core_course_get_categories");
    for (const Value& one : categories.GetArray()) {
        parents[one["id"].GetInt64()] = one["parent"].GetInt64();
        EXPECT_STRNE(one["idnumber"].GetString(), "");
    }
    const Document courses = ask("core_course_get_courses_by_field");
    std::set<int64_t> starts;
    for (const Value& one : courses["courses"].GetArray()) {
        if (one["id"].GetInt64() == 1) continue;
        const int64_t above = parents.at(one["categoryid"].GetInt64());
        EXPECT_NE(above, 0);
        EXPECT_EQ(parents.at(above), 0);
        starts.insert(one["startdate"].GetInt64());
    }
    EXPECT_EQ(starts.size(), 2U) << "two terms";
    EXPECT_EQ(rows("course").size(), courses["courses"].Size());
    EXPECT_EQ(rows("course_categories").size(), categories.Size());
}

TEST_F(Story, PeopleAreTheSameInBoth) {
    const Document answer =
        ask("core_user_get_users", {{"criteria[0][key]", "email"}, {"criteria[0][value]", "%%"}});
    std::map<std::string, const Row*> by_id;
    for (const Row& row : rows("user")) by_id[row[0]] = &row;
    for (const Value& one : answer["users"].GetArray()) {
        const Row& row = *by_id.at(std::to_string(one["id"].GetInt64()));
        EXPECT_EQ(row[5], one["username"].GetString());
        EXPECT_EQ(row[9], one["email"].GetString());
        EXPECT_EQ(row[17], std::to_string(one["lastaccess"].GetInt64()));
    }
    EXPECT_EQ(std::count_if(rows("user").begin(), rows("user").end(),
                            [](const Row& row) { return row[3] == "1"; }),
              1)
        << "user 50 is deleted";
}

TEST_F(Story, PlacesAndLastAccessesAreTheSameInBoth) {
    std::map<std::pair<std::string, std::string>, std::string> accesses;
    for (const Row& row : rows("user_lastaccess")) accesses[{row[2], row[1]}] = row[3];
    size_t places = 0;
    for (int course = 2; course <= 13; course++) {
        const std::string id = std::to_string(course);
        const Document people = ask("core_enrol_get_enrolled_users", {{"courseid", id}});
        places += people.Size();
        for (const Value& one : people.GetArray()) {
            const auto found = accesses.find({id, std::to_string(one["id"].GetInt64())});
            const std::string there = found == accesses.end() ? "0" : found->second;
            EXPECT_EQ(there, std::to_string(one["lastcourseaccess"].GetInt64()));
        }
    }
    EXPECT_EQ(rows("role_assignments").size(), places);
    EXPECT_EQ(rows("user_enrolments").size(), places);
}

TEST_F(Story, GradesAreTheSameInBoth) {
    std::map<std::pair<std::string, std::string>, double> grades;
    for (const Row& row : rows("grade_grades")) grades[{row[1], row[2]}] = std::stod(row[7]);
    size_t found = 0;
    for (int course = 2; course <= 13; course++) {
        const Document report =
            ask("gradereport_user_get_grade_items", {{"courseid", std::to_string(course)}});
        for (const Value& user : report["usergrades"].GetArray()) {
            for (const Value& item : user["gradeitems"].GetArray()) {
                if (item["graderaw"].IsNull()) continue;
                found++;
                EXPECT_NEAR(grades.at({std::to_string(item["id"].GetInt64()),
                                       std::to_string(user["userid"].GetInt64())}),
                            item["graderaw"].GetDouble(), 0.011);
            }
        }
    }
    EXPECT_GT(found, 1000U);
}

TEST_F(Story, CompletionsAreTheSameInBoth) {
    size_t done = 0, open = 0;
    for (const Row& row : rows("course_completions")) {
        const Document answer = ask("core_completion_get_course_completion_status",
                                    {{"courseid", row[2]}, {"userid", row[1]}});
        const bool completed = answer["completionstatus"]["completed"].GetBool();
        EXPECT_EQ(row[5] != "\\N", completed);
        (completed ? done : open)++;
        for (const Value& one : answer["completionstatus"]["completions"].GetArray()) {
            EXPECT_TRUE(!completed || one["complete"].GetBool());
        }
    }
    EXPECT_GT(done, 50U);
    EXPECT_GT(open, 50U);
}

TEST_F(Story, TheLogTellsOfWhatIsThere) {
    std::map<std::string, std::set<std::string>> ids;
    for (const auto& [table, all] : *tables_) {
        for (const Row& row : all) ids[table].insert(row[0]);
    }
    int64_t before = 0;
    std::map<std::string, int> verbs;
    for (const Row& row : rows("logstore_standard_log")) {
        const int64_t at = std::stoll(row[17]);
        EXPECT_LE(before, at) << "in order";
        EXPECT_LT(at, kToday);
        before = at;
        verbs[row[3] + " " + row[4]]++;
        if (row[5] != "\\N") {
            EXPECT_TRUE(ids[row[5]].contains(row[6])) << row[1] << " of " << row[6];
        }
        EXPECT_TRUE(ids["context"].contains(row[9])) << row[1] << " in " << row[9];
        if (row[10] == "70") {
            EXPECT_TRUE(ids["course_modules"].contains(row[11])) << row[1];
        }
    }
    for (const char* verb : {"viewed course", "viewed course_module", "submitted assessable",
                             "submitted attempt", "created discussion", "created post",
                             "graded user", "completed course", "loggedin user", "assigned role"}) {
        EXPECT_GT(verbs[verb], 20) << verb;
    }
    EXPECT_EQ(verbs["submitted assessable"], static_cast<int>(rows("assign_submission").size()));
    EXPECT_EQ(verbs["submitted attempt"], static_cast<int>(rows("quiz_attempts").size()));
    EXPECT_EQ(verbs["created discussion"], static_cast<int>(rows("forum_discussions").size()));
}

TEST_F(Story, LearnersDiffer) {
    // Of the second term: who was there in the last three weeks, who was not any more, who never.
    std::map<std::string, std::vector<double>> totals;  // by user, of the term
    std::map<std::string, int64_t> last;
    for (const Row& row : rows("user_lastaccess")) {
        if (std::stoi(row[2]) >= 8) {
            last[row[1]] = std::max<int64_t>(last[row[1]], std::stoll(row[3]));
        }
    }
    for (const Row& row : rows("grade_grades")) {
        if (std::stoll(row[1]) >= 8000 && std::stoll(row[1]) % 1000 == 0) {
            totals[row[2]].push_back(std::stod(row[7]));
        }
    }
    int here = 0, gone = 0;
    double grades_here = 0, grades_gone = 0;
    for (const auto& [user, grades] : totals) {
        const bool there = last[user] > kToday - 21 * 86'400;
        (there ? here : gone)++;
        (there ? grades_here : grades_gone) += grades.front();
    }
    ASSERT_GT(here, 20);
    ASSERT_GT(gone, 3);
    EXPECT_GT(grades_here / here, grades_gone / gone + 5);
}

}  // namespace
}  // namespace sim_test
