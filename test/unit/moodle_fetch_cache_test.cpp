// A scan over a cache: what it asks the site for, what it keeps, and whom it waits for.
#include <gtest/gtest.h>

#include "moodle/answer_table.h"
#include "moodle/read_functions.h"
#include "scripted_site.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {
namespace {

using std::chrono::milliseconds;

class OwnLock : public AnswerTable::Lock {
  public:
    void acquire() noexcept override { EXPECT_EQ(depth_++, 0); }
    void release() noexcept override { depth_--; }

  private:
    int depth_ = 0;
};

class TableAnswers : public AnswerStore {
  public:
    TableAnswers(AnswerTable& table, const AnswerOwner& owner) : table_(table), owner_(owner) {}
    Finding look(std::string_view request, net::Milliseconds most_age, net::Clock::time_point now,
                 bool anew) override {
        EXPECT_EQ(request.find("wstoken"), std::string_view::npos);
        Question question;
        question.owner = owner_;
        question.request = request;
        question.most_age = most_age;
        question.anew = anew;
        question.max_answer = size_t{2} << 20;
        return table_.look(question, now);
    }

  private:
    AnswerTable& table_;
    const AnswerOwner owner_;
};

class FetchCacheTest : public ScriptedSite {
  protected:
    FetchCacheTest() : memory_(size_t{8} << 20) {
        EXPECT_TRUE(AnswerTable::format(memory_.data(), memory_.size()));
        here_ = std::make_unique<AnswerTable>(memory_.data(), lock_, 1);
        elsewhere_ = std::make_unique<AnswerTable>(memory_.data(), lock_, 2);
        site_->answers = std::make_unique<TableAnswers>(*here_, AnswerOwner());
        transport_.answer = [this](const std::string& form) { return site_says(form); };
    }
    Script site_says(const std::string& form) const {
        if (form.find("courses_by_field") != std::string::npos) {
            std::string list = "{\"courses\":[{\"id\":1}";
            for (int id = 2; id < 2 + courses_; id++)
                list += ",{\"id\":" + std::to_string(id) + "}";
            return {list + "],\"warnings\":[]}", 200, {}, 100};
        }
        std::string list = "[";
        for (int id = 1; id <= people_; id++) {
            list += (id == 1 ? "" : ",") + std::string("{\"id\":") + std::to_string(id) +
                    ",\"roles\":[{\"roleid\":5,\"shortname\":\"student\"}]}";
        }
        return {list + "]", 200, {}, 997};
    }
    Script site_without_criteria(const std::string& form) const {
        if (form.find("completion_status") == std::string::npos) return site_says(form);
        return {R"({"exception":"moodle_exception","errorcode":"nocriteriaset","message":"none"})"};
    }
    std::unique_ptr<Fetch> scan(const char* entity, const std::vector<std::string>& columns,
                                const std::vector<Restriction>& restrictions = {}) {
        FetchPlan plan = plan_for(entity, restrictions, columns);
        plan.page_size = 0;
        return std::make_unique<Fetch>(site_, std::move(plan), most_age_);
    }
    // As another backend of the same mapping.
    Finding look_elsewhere(const std::string& request, bool anew = false) {
        Question question;
        question.request = request;
        question.most_age = most_age_;
        question.anew = anew;
        question.max_answer = size_t{2} << 20;
        return elsewhere_->look(question, net::Clock::now());
    }
    std::string request_of_last_form() const {
        const std::string& form = transport_.forms.back();
        return form.substr(form.find('&') + 1);
    }
    const std::vector<Restriction> one_course_ = {{"course_id", Restriction::Kind::AnyOf, {"2"}}};
    const std::vector<Restriction> one_completion_ = {
        {"course_id", Restriction::Kind::AnyOf, {"2"}},
        {"user_id", Restriction::Kind::AnyOf, {"20"}}};

    OwnLock lock_;
    std::vector<char> memory_;
    std::unique_ptr<AnswerTable> here_;
    std::unique_ptr<AnswerTable> elsewhere_;
    milliseconds most_age_{60'000};
    int courses_ = 50;
    int people_ = 20;
};

TEST_F(FetchCacheTest, TheSameScanAsksOnce) {
    for (int round = 0; round < 3; round++) {
        auto fetch = scan("enrolments", {"user_id"});
        EXPECT_EQ(run(*fetch).size(), 1000u);
        EXPECT_EQ(last_, Fetch::Step::End);
        EXPECT_EQ(fetch->counters().requests, round == 0 ? 51u : 0u);
        EXPECT_EQ(fetch->counters().cache_hits, round == 0 ? 0u : 51u);
        EXPECT_EQ(fetch->counters().body_bytes > 0, round == 0);
    }
    EXPECT_EQ(transport_.forms.size(), 51u);
}

TEST_F(FetchCacheTest, KeptAnswersNeedNoPlaceAtTheGate) {
    run(*scan("enrolments", {"user_id"}));
    allow(1);
    ASSERT_TRUE(site_->gate->enter(net::Clock::now()).entered);
    EXPECT_EQ(run(*scan("enrolments", {"user_id"})).size(), 1000u);
    EXPECT_EQ(last_, Fetch::Step::End);
}

TEST_F(FetchCacheTest, WithoutAnAgeNothingIsKeptOrTaken) {
    most_age_ = milliseconds(0);
    run(*scan("enrolments", {"user_id"}));
    run(*scan("enrolments", {"user_id"}));
    EXPECT_EQ(transport_.forms.size(), 102u);
    most_age_ = milliseconds(60'000);
    FetchPlan plan = plan_for("enrolments", {}, {"user_id"});
    plan.digest_needed = true;  // a refresh compares with what the site has now
    Fetch fetch(site_, std::move(plan), most_age_);
    run(fetch);
    EXPECT_EQ(transport_.forms.size(), 153u);
    EXPECT_TRUE(here_->list(0, net::Clock::now()).empty());
}

TEST_F(FetchCacheTest, ALargeAnswerIsReadPieceByPiece) {
    people_ = 30'000;  // 1.6 MB
    const auto first = run(*scan("enrolments", {"user_id"}, one_course_));
    const auto second = run(*scan("enrolments", {"user_id"}, one_course_));
    EXPECT_EQ(first.size(), 30'000u);
    EXPECT_EQ(first, second);
}

TEST_F(FetchCacheTest, OnlyWhatWasReadToItsEndIsKept) {
    {
        auto fetch = scan("enrolments", {"user_id"}, one_course_);
        EXPECT_EQ(run(*fetch, 3).size(), 3u);
    }
    EXPECT_TRUE(here_->list(0, net::Clock::now()).empty());
    EXPECT_EQ(run(*scan("enrolments", {"user_id"}, one_course_)).size(), 20u);
    EXPECT_EQ(here_->list(0, net::Clock::now()).size(), 1u);
}

TEST_F(FetchCacheTest, ErrorsAndCutAnswersAreNotKept) {
    const std::vector<Script> wrong = {
        {R"({"exception":"x","errorcode":"nopermission","message":"no"})"},
        {R"([{"id":1,"roles":[]},{"id":2)"},
        {R"([{"id":1,"roles":[]}])", 500},
        {R"([{"id":1,"roles":[]}])", 404},
        {"<html>maintenance</html>"},
        {""},
        {R"([{"id":1,"roles":[]},{"id":"\ud800"}])"}};
    site_->retry.retries = 0;
    for (const Script& script : wrong) {
        transport_.answer = [&](const std::string&) { return script; };
        run(*scan("enrolments", {"user_id"}, one_course_));
        EXPECT_EQ(last_, Fetch::Step::Failed) << script.body;
        EXPECT_TRUE(here_->list(0, net::Clock::now()).empty()) << script.body;
        // And nobody waits for it.
        EXPECT_NE(look_elsewhere(request_of_last_form()).recording, nullptr) << script.body;
    }
    transport_.answer = [&](const std::string& form) {
        Script cut = site_says(form);
        cut.failure = net::Failure::Cut;
        return cut;
    };
    run(*scan("enrolments", {"user_id"}, one_course_));
    EXPECT_TRUE(here_->list(0, net::Clock::now()).empty());
}

TEST_F(FetchCacheTest, ExpectedErrorsAreKeptForThoseWhoExpectThem) {
    transport_.answer = [this](const std::string& form) { return site_without_criteria(form); };
    for (int round = 0; round < 3; round++) {
        auto fetch = scan("completions", {"completed"}, one_completion_);
        const auto rows = run(*fetch);
        ASSERT_EQ(rows.size(), 1u);
        EXPECT_NE(rows[0], "-");
        EXPECT_EQ(last_, Fetch::Step::End);
        EXPECT_EQ(transport_.forms.size(), 2u);
    }
    FetchPlan plan = plan_for("completions", one_completion_, {"completed"});
    plan.expected.clear();
    Fetch surprised(site_, std::move(plan), most_age_);
    run(surprised);
    EXPECT_EQ(last_, Fetch::Step::Failed);
    EXPECT_EQ(transport_.forms.size(), 3u);
}

// The bytes are all there before the transport says that there are no more.
TEST_F(FetchCacheTest, AnExpectedErrorIsKeptWheneverItsEndIsHeardOf) {
    transport_.answer = [this](const std::string& form) {
        Script script = site_without_criteria(form);
        script.ends_later = true;
        return script;
    };
    for (int round = 0; round < 2; round++) {
        EXPECT_EQ(run(*scan("completions", {"completed"}, one_completion_)).size(), 1u);
        EXPECT_EQ(last_, Fetch::Step::End);
        EXPECT_EQ(transport_.forms.size(), 2u);
    }
}

TEST_F(FetchCacheTest, WaitsForAnotherAndTakesItsAnswer) {
    run(*scan("enrolments", {"user_id"}, one_course_));
    const std::string request = request_of_last_form();
    here_->forget([](const AnswerOwner&) { return true; });
    Finding other = look_elsewhere(request);
    ASSERT_NE(other.recording, nullptr);
    auto fetch = scan("enrolments", {"user_id"}, one_course_);
    for (int i = 0; i < 50; i++) EXPECT_EQ(fetch->next(), Fetch::Step::Wait);
    EXPECT_TRUE(fetch->wake_at().has_value());
    EXPECT_EQ(transport_.forms.size(), 1u);
    other.recording->add(R"([{"id":77,"roles":[{"roleid":5}]}])");
    other.recording->keep();
    EXPECT_EQ(run(*fetch), std::vector<std::string>{"77"});
    EXPECT_EQ(transport_.forms.size(), 1u);
}

TEST_F(FetchCacheTest, TakesOverWhereTheOtherFails) {
    run(*scan("enrolments", {"user_id"}, one_course_));
    here_->forget([](const AnswerOwner&) { return true; });
    Finding other = look_elsewhere(request_of_last_form());
    auto fetch = scan("enrolments", {"user_id"}, one_course_);
    EXPECT_EQ(fetch->next(), Fetch::Step::Wait);
    other.recording.reset();
    EXPECT_EQ(run(*fetch).size(), 20u);
    EXPECT_EQ(transport_.forms.size(), 2u);
}

TEST_F(FetchCacheTest, WaitsNoLongerThanItsOwnRequestMayTake) {
    run(*scan("enrolments", {"user_id"}, one_course_));
    here_->forget([](const AnswerOwner&) { return true; });
    const Finding other = look_elsewhere(request_of_last_form());
    site_->reach.request_timeout = milliseconds(100);
    auto fetch = scan("enrolments", {"user_id"}, one_course_);
    const auto began = net::Clock::now();
    while (transport_.forms.size() == 1 && net::Clock::now() - began < std::chrono::seconds(10)) {
        other.recording->touch(net::Clock::now());
        fetch->next();
        std::this_thread::sleep_for(milliseconds(2));
    }
    EXPECT_GE(net::Clock::now() - began, milliseconds(100));
    EXPECT_EQ(run(*fetch).size(), 20u);
}

// An outer scan that is not read on while the inner one runs.
TEST_F(FetchCacheTest, AScanDoesNotWaitForeverForOneBesideIt) {
    people_ = 3000;
    auto outer = scan("enrolments", {"user_id"}, one_course_);
    EXPECT_EQ(run(*outer, 1).size(), 1u);
    auto inner = scan("enrolments", {"user_id"}, one_course_);
    const auto began = net::Clock::now();
    while (inner->next() != Fetch::Step::Row &&
           net::Clock::now() - began < std::chrono::seconds(10)) {
        transport_.drive();
        std::this_thread::sleep_for(milliseconds(1));
    }
    EXPECT_LT(net::Clock::now() - began, std::chrono::seconds(2));
    EXPECT_EQ(run(*inner).size(), 2999u);
    EXPECT_EQ(run(*outer).size(), 2999u);
}

TEST_F(FetchCacheTest, WhileAnotherAsksTheRestIsAskedFor) {
    run(*scan("enrolments", {"user_id"}, one_course_));
    here_->forget([](const AnswerOwner&) { return true; });
    Finding other = look_elsewhere(request_of_last_form());
    auto fetch = scan("enrolments", {"user_id"});
    EXPECT_EQ(run(*fetch, 49 * 20).size(), 980u);
    EXPECT_EQ(transport_.forms.size(), 51u);
    other.recording->add("[]");
    other.recording->keep();
    EXPECT_TRUE(run(*fetch).empty());
    EXPECT_EQ(last_, Fetch::Step::End);
    EXPECT_EQ(transport_.forms.size(), 51u);
}

TEST_F(FetchCacheTest, ACourseGoneSinceTheListingWasKeptHasNoRows) {
    run(*scan("enrolments", {"user_id"}));
    const auto listing = [](const std::string& form) {
        return form.find("courses_by_field") != std::string::npos;
    };
    const auto gone = [&](const std::string& form) -> Script {
        if ((form + "&").find("courseid=7&") == std::string::npos) return site_says(form);
        return {R"({"exception":"dml_missing_record_exception","errorcode":"invalidrecord",)"
                R"("message":"Can't find data record in database table course."})"};
    };
    transport_.answer = gone;
    // Other columns, so the participants are asked for anew while the listing is kept.
    auto fetch = scan("enrolments", {"user_id", "email"});
    EXPECT_EQ(run(*fetch).size(), 980u);
    EXPECT_EQ(last_, Fetch::Step::End) << fetch->fault().detail;
    EXPECT_FALSE(listing(transport_.forms.back()));
    // Of a listing that was just served, it is an error.
    here_->forget([](const AnswerOwner&) { return true; });
    run(*scan("enrolments", {"user_id", "email"}));
    EXPECT_EQ(last_, Fetch::Step::Failed);
}

TEST_F(FetchCacheTest, PagesThatDoNotFitAreAskedForAnew) {
    std::vector<int> present;
    for (int id = 1; id <= 25; id++) present.push_back(id);
    transport_.answer = [&](const std::string& form) -> Script {
        const auto number = [&](const char* name) {
            const size_t at = form.find(std::string(name) + "%5D%5Bvalue%5D=");
            return std::stoul(form.substr(form.find('=', at) + 1));
        };
        std::string list = "[";
        const size_t from = number("options%5B1"), count = number("options%5B2");
        for (size_t i = from; i < std::min(present.size(), from + count); i++) {
            list += (i == from ? "" : ",") + std::string("{\"id\":") + std::to_string(present[i]) +
                    ",\"roles\":[{\"roleid\":5}]}";
        }
        return {list + "]"};
    };
    const auto paged = [&] {
        FetchPlan plan = plan_for("enrolments", one_course_, {"user_id"});
        plan.page_size = 10;
        return std::make_unique<Fetch>(site_, std::move(plan), most_age_);
    };
    EXPECT_EQ(run(*paged()).size(), 25u);
    const size_t asked = transport_.forms.size();
    EXPECT_EQ(run(*paged()).size(), 25u);
    EXPECT_EQ(transport_.forms.size(), asked);
    // The first page is forgotten and comes from a listing that has moved; the others are kept.
    const std::string first = transport_.forms[0].substr(transport_.forms[0].find('&') + 1);
    look_elsewhere(first, true).recording.reset();
    present.erase(present.begin());
    auto fetch = paged();
    const auto rows = run(*fetch);
    EXPECT_EQ(last_, Fetch::Step::End) << fetch->fault().detail;
    EXPECT_EQ(std::set<std::string>(rows.begin(), rows.end()).size(), rows.size());
    EXPECT_GE(rows.size(), 24u);
}

TEST(RepeatableFunction, SecretsAndProgressAreAskedForEachTime) {
    for (const char* function :
         {"core_user_get_users", "core_enrol_get_enrolled_users", "core_course_get_contents",
          "core_webservice_get_site_info", "core_badges_get_user_badges"}) {
        EXPECT_TRUE(is_repeatable_function(function)) << function;
    }
    for (const char* function :
         {"core_calendar_get_calendar_export_token", "tool_mobile_get_tokens_for_qr_login",
          "tiny_premium_get_api_key", "core_files_get_unused_draft_itemid",
          "core_question_get_random_question_summaries", "core_backup_get_copy_progress",
          "core_backup_get_async_backup_progress"}) {
        EXPECT_FALSE(is_repeatable_function(function)) << function;
    }
}

}  // namespace
}  // namespace moodle_fdw::moodle
