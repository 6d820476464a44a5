#include "moodle/users_report.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "moodle/entity.h"
#include "net/inbox.h"

namespace moodle_fdw::moodle {
namespace {

std::string envelope(const std::string& headings) {
    return R"({"details":{"name":"[\"}"},"data":{"headers":[)" + headings + R"(],"rows":[)";
}

class UsersReportTest : public testing::Test {
  protected:
    bool heads(const std::string& headings) {
        return report_.take_headings(envelope(headings), problem_);
    }
    // What becomes of {"columns": [columns]}; "" = nobody's, "?" = wrong.
    std::string row(const std::string& columns) {
        return record(R"({"columns":[)" + columns + "]}");
    }
    std::string record(std::string served) {
        const size_t size = served.size();
        served.append(net::Inbox::kPadding, '\0');
        Tape tape;
        EXPECT_EQ(tape.parse(std::string_view(served).substr(0, size)), JsonError::None) << served;
        std::string_view made;
        switch (report_.translate(Value(tape, 0), made, problem_)) {
            case UsersReport::Row::User:
                EXPECT_EQ(json_validate(made), JsonError::None) << made;
                return std::string(made);
            case UsersReport::Row::Nobody:
                return "";
            case UsersReport::Row::Wrong:
                break;
        }
        return "?";
    }

    UsersReport report_;
    std::string problem_;
};

TEST_F(UsersReportTest, ColumnsAreKnownByTheirHeadings) {
    ASSERT_TRUE(heads(R"("Email address","Last access","Full name with link","USERNAME")"))
        << problem_;
    EXPECT_EQ(
        row(R"("a@b.c","Monday","<a href=\"http:\/\/m\/user\/profile.php?id=7\">A<\/a>","a")"),
        R"({"id":7,"username":"a","email":"a@b.c"})");
    EXPECT_EQ(
        row(R"("",null,"<a href=\"https:\/\/m\/x\/user\/view.php?id=70&amp;course=1\">A<\/a>",null)"),
        R"({"id":70,"email":""})");
}

TEST_F(UsersReportTest, WhatIsEscapedForHtmlIsReadBack) {
    ASSERT_TRUE(heads(R"("user_id","Last name","Full name","City/town")")) << problem_;
    EXPECT_EQ(
        row(R"("7","O&#039;Brien &amp; &lt;Co&gt; &quot;x&quot; \u00e9\n\\","A &amp; B","&amp;amp; & &nbsp;&")"),
        R"({"id":7,"lastname":"O'Brien & <Co> \"x\" \u00e9\n\\","fullname":"A &amp; B",)"
        R"("city":"&amp; & &nbsp;&"})");
}

TEST_F(UsersReportTest, ARowIsSomeonesOrNobodysOrWrong) {
    ASSERT_TRUE(heads(R"("Full name with link","ID")")) << problem_;
    EXPECT_EQ(row(R"("","5")"), "");
    EXPECT_EQ(row(R"(null,"5")"), "");
    EXPECT_EQ(row(R"(7,"5")"), R"({"id":7})");
    for (const char* wrong : {R"("Ann","5")", R"("0007","5")", R"("\/user\/profile.php?id=x","5")",
                              R"(1.5,"5")", R"(-7,"5")", R"(true,"5")"}) {
        problem_.clear();
        EXPECT_EQ(row(wrong), "?") << wrong;
        EXPECT_NE(problem_.find("whose row"), std::string::npos) << problem_;
    }
    for (const char* wrong : {R"("7")", R"("7","5","6")", ""}) EXPECT_EQ(row(wrong), "?") << wrong;
    for (const char* wrong : {R"({"columns":{"0":"7","1":"5"}})", "{}", "[]", "7", "null"}) {
        EXPECT_EQ(record(wrong), "?") << wrong;
    }
}

TEST_F(UsersReportTest, HeadingsMustTellWhoseRowItIsAndStayWhileItIsPaged) {
    EXPECT_FALSE(heads(R"("Full name","Username")"));
    EXPECT_NE(problem_.find("whose row"), std::string::npos) << problem_;
    for (const char* wrong :
         {"", R"({"data":[)", R"({"data":{"rows":[)", R"({"data":{"headers":7,"rows":[)",
          R"({"data":{"headers":[],"rows":[)", R"({"data":{"headers":["ID"],"rows":[],"x":[)"}) {
        UsersReport report;
        const bool taken = report.take_headings(wrong, problem_);
        EXPECT_EQ(taken, std::string(wrong).find("ID") != std::string::npos) << wrong;
    }
    UsersReport report;
    EXPECT_TRUE(report.take_headings(envelope(R"("ID","Username")"), problem_));
    EXPECT_TRUE(report.take_headings(envelope(R"("ID","Username")"), problem_));
    EXPECT_FALSE(report.take_headings(envelope(R"("Username","ID")"), problem_));
}

// As the functions that list users do.
TEST_F(UsersReportTest, EmptyNamesEmailAndDepartmentAreServed) {
    ASSERT_TRUE(heads(R"("ID","First name","Last name","Email address","City/town")")) << problem_;
    EXPECT_EQ(row(R"("7","","","","")"), R"({"id":7,"email":"","firstname":"","lastname":""})");
}

TEST_F(UsersReportTest, AnEmptyDepartmentIsServed) {
    ASSERT_TRUE(heads(R"("ID","Department","Institution","Username")")) << problem_;
    EXPECT_EQ(row(R"("7","","","")"), R"({"id":7,"department":""})");
    EXPECT_EQ(row(R"(7,null,["x"],8)"), R"({"id":7,"username":8})");
}

// What the page about tables says of users_by 'report:ID'.
TEST_F(UsersReportTest, EveryFieldIsAColumnOfUsersAndIsTold) {
    const UsersBy& told = all_users_by().back();
    ASSERT_FALSE(report_of(told.name).empty());
    std::string how = told.how;
    std::transform(how.begin(), how.end(), how.begin(),
                   [](char c) { return static_cast<char>(tolower(c)); });
    int known = 0;
    for (const ColumnDef& column : find_entity("users")->columns) {
        const auto headings = UsersReport::headings_of(column.path);
        if (headings.empty()) continue;
        known++;
        EXPECT_EQ(headings.front(), column.name);
        EXPECT_NE(how.find(column.name), std::string::npos) << column.name;
        EXPECT_NE(how.find(headings.back() == "id" ? "full name with link" : headings.back()),
                  std::string::npos)
            << headings.back();
    }
    EXPECT_EQ(known, 13);
}

}  // namespace
}  // namespace moodle_fdw::moodle
