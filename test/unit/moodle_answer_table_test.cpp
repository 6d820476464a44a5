// The cache itself: whose answers are found, what is evicted, what a reader keeps, who asks.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "moodle/answer_table.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Mutex : public AnswerTable::Lock {
  public:
    void acquire() noexcept override { mutex_.lock(); }
    void release() noexcept override { mutex_.unlock(); }

  private:
    std::mutex mutex_;
};

Sha256Digest all_collide(const AnswerOwner&, std::string_view) {
    return {};
}

AnswerOwner owner_of(uint32_t mapping, uint8_t print = 1) {
    AnswerOwner owner;
    owner.database = 5;
    owner.server = 7;
    owner.mapping = mapping;
    owner.print[0] = print;
    return owner;
}

// Some processes over one memory.
class AnswerTableTest : public ::testing::Test {
  protected:
    void make(size_t bytes = size_t{4} << 20, AnswerTable::Hash hash = nullptr) {
        memory_.assign(bytes, 'x');  // what was there before makes no difference
        ASSERT_TRUE(AnswerTable::format(memory_.data(), bytes));
        one_ = std::make_unique<AnswerTable>(memory_.data(), lock_, 1, hash);
        other_ = std::make_unique<AnswerTable>(memory_.data(), lock_, 2, hash);
    }
    void SetUp() override { make(); }

    Finding look(AnswerTable& table, std::string_view request, bool anew = false,
                 milliseconds most_age = seconds(60)) {
        Question question;
        question.owner = owner_;
        question.request = request;
        question.most_age = most_age;
        question.anew = anew;
        question.max_answer = max_answer_;
        question.secret = secret_;
        return table.look(question, now_);
    }
    // Asks and keeps; whether it could.
    bool keep(std::string_view request, std::string_view body, AnswerTable* table = nullptr) {
        Finding finding = look(table != nullptr ? *table : *one_, request);
        if (finding.recording == nullptr) return false;
        for (size_t at = 0; at < body.size(); at += 5000) {
            finding.recording->add(body.substr(at, 5000));
        }
        finding.recording->keep();
        return true;
    }
    static std::string read(KeptAnswer& answer) {
        std::string body;
        char some[3000];
        while (!answer.at_end()) body.append(some, answer.read(some, sizeof some));
        return body;
    }
    std::string found(AnswerTable& table, std::string_view request) {
        const Finding finding = look(table, request);
        return finding.kind == Finding::Answer ? read(*finding.answer) : "nothing";
    }

    Mutex lock_;
    std::vector<char> memory_;
    std::unique_ptr<AnswerTable> one_;
    std::unique_ptr<AnswerTable> other_;
    AnswerOwner owner_ = owner_of(1);
    uint64_t max_answer_ = size_t{1} << 20;
    std::string secret_;
    net::Clock::time_point now_ = net::Clock::now();
};

TEST_F(AnswerTableTest, AnAnswerIsFoundByEveryProcess) {
    std::string body;
    for (int i = 0; i < 20000; i++) body += std::to_string(i) + ",";
    ASSERT_TRUE(keep("wsfunction=a", body));
    EXPECT_EQ(found(*one_, "wsfunction=a"), body);
    EXPECT_EQ(found(*other_, "wsfunction=a"), body);
    EXPECT_EQ(found(*other_, "wsfunction=b"), "nothing");
    const auto listed = one_->list(5, now_);
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed[0].request, "wsfunction=a");
    EXPECT_EQ(listed[0].bytes, body.size());
    EXPECT_EQ(listed[0].hits, 2u);
    EXPECT_TRUE(one_->list(6, now_).empty());
}

TEST_F(AnswerTableTest, AnOwnerFindsOnlyItsOwn) {
    ASSERT_TRUE(keep("wsfunction=a", "mine"));
    for (int changed = 0; changed < 5; changed++) {
        owner_ = owner_of(1);
        if (changed == 0) owner_.database++;
        if (changed == 1) owner_.server++;
        if (changed == 2) owner_.mapping++;
        if (changed == 3) owner_.role++;
        if (changed == 4) owner_.print[31]++;
        EXPECT_EQ(found(*other_, "wsfunction=a"), "nothing") << changed;
    }
    owner_ = owner_of(1);
    EXPECT_EQ(found(*other_, "wsfunction=a"), "mine");
}

// Even if the hash were broken.
TEST_F(AnswerTableTest, CollidingRequestsAreToldApart) {
    make(size_t{4} << 20, all_collide);
    const std::string nul("wsfunction=a&x=1\0&y", 19);
    const std::vector<std::string> requests = {"wsfunction=a&x=1",
                                               "wsfunction=a&x=2",
                                               "wsfunction=a&x=1&y=2",
                                               "wsfunction=a&y=2&x=1",
                                               "wsfunction=a&x=1%00",
                                               nul,
                                               "wsfunction=a&x=1&x=2",
                                               "wsfunction=a&x=2&x=1",
                                               "wsfunction=a&x=" + std::string(9000, '1'),
                                               "wsfunction=a&x=" + std::string(8999, '1') + "2",
                                               "wsfunction=a&x=" + std::string(9001, '1')};
    for (size_t i = 0; i < requests.size(); i++) {
        ASSERT_TRUE(keep(requests[i], "answer " + std::to_string(i)));
    }
    owner_ = owner_of(2);
    ASSERT_TRUE(keep(requests[0], "another's"));
    EXPECT_EQ(found(*other_, requests[0]), "another's");
    EXPECT_EQ(found(*other_, requests[1]), "nothing");
    owner_ = owner_of(1);
    for (size_t i = 0; i < requests.size(); i++) {
        EXPECT_EQ(found(*other_, requests[i]), "answer " + std::to_string(i));
    }
}

TEST_F(AnswerTableTest, AVeryLongRequestIsNotKept) {
    EXPECT_FALSE(keep("wsfunction=a&x=" + std::string(AnswerTable::kMaxRequest, '1'), "body"));
    EXPECT_TRUE(keep("wsfunction=a&x=" + std::string(AnswerTable::kMaxRequest - 15, '1'), "body"));
}

TEST_F(AnswerTableTest, OneAsksAndTheOthersWait) {
    Finding first = look(*one_, "wsfunction=a");
    ASSERT_NE(first.recording, nullptr);
    EXPECT_EQ(look(*other_, "wsfunction=a").kind, Finding::BeingAsked);
    EXPECT_EQ(look(*one_, "wsfunction=a").kind, Finding::BeingAsked);
    // Others, and other questions, are not held up.
    EXPECT_NE(look(*other_, "wsfunction=b").recording, nullptr);
    owner_ = owner_of(2);
    EXPECT_NE(look(*other_, "wsfunction=a").recording, nullptr);
    owner_ = owner_of(1);
    first.recording->add("body");
    EXPECT_EQ(look(*other_, "wsfunction=a").kind, Finding::BeingAsked);
    first.recording->keep();
    EXPECT_EQ(found(*other_, "wsfunction=a"), "body");
}

TEST_F(AnswerTableTest, WhoFailsIsTakenOverFrom) {
    Finding first = look(*one_, "wsfunction=a");
    first.recording->add("an error");
    first.recording.reset();
    Finding second = look(*other_, "wsfunction=a");
    ASSERT_NE(second.recording, nullptr);
    second.recording->add("body");
    second.recording->keep();
    EXPECT_EQ(found(*one_, "wsfunction=a"), "body");
}

TEST_F(AnswerTableTest, WhoIsNotHeardOfIsTakenOverFromAndDoesNoHarm) {
    Finding first = look(*one_, "wsfunction=a");
    first.recording->add(std::string(10000, '1'));
    now_ += AnswerTable::kSilence;
    first.recording->touch(now_);
    now_ += AnswerTable::kSilence;
    EXPECT_EQ(look(*other_, "wsfunction=a").kind, Finding::BeingAsked);
    now_ += milliseconds(1);
    Finding second = look(*other_, "wsfunction=a");
    ASSERT_NE(second.recording, nullptr);
    second.recording->add(std::string(10000, '2'));
    first.recording->add(std::string(10000, '1'));  // it comes back
    first.recording->keep();
    EXPECT_EQ(look(*one_, "wsfunction=a").kind, Finding::BeingAsked);
    second.recording->keep();
    EXPECT_EQ(found(*one_, "wsfunction=a"), std::string(10000, '2'));
}

TEST_F(AnswerTableTest, WithinOneProcessSilenceIsShort) {
    const Finding first = look(*one_, "wsfunction=a");
    now_ += AnswerTable::kSilenceHere + milliseconds(1);
    EXPECT_EQ(look(*other_, "wsfunction=a").kind, Finding::BeingAsked);
    EXPECT_NE(look(*one_, "wsfunction=a").recording, nullptr);
}

TEST_F(AnswerTableTest, AnAnswerGrowsOld) {
    ASSERT_TRUE(keep("wsfunction=a", "body"));
    now_ = net::Clock::now() + seconds(30);
    // As old as both the one who kept it and the one who looks will have it.
    EXPECT_EQ(look(*other_, "wsfunction=a", false, seconds(10)).kind, Finding::Nothing);
    ASSERT_TRUE(keep("wsfunction=b", "body"));
    now_ += seconds(31);
    EXPECT_EQ(found(*other_, "wsfunction=b"), "nothing");
    EXPECT_TRUE(one_->list(5, now_).empty());
}

TEST_F(AnswerTableTest, AskedAnewWhatWasKeptIsReplaced) {
    ASSERT_TRUE(keep("wsfunction=a", "old"));
    Finding anew = look(*other_, "wsfunction=a", true);
    ASSERT_NE(anew.recording, nullptr);
    // Nobody is waited for, either.
    EXPECT_EQ(look(*one_, "wsfunction=a", true).kind, Finding::Nothing);
    EXPECT_EQ(look(*one_, "wsfunction=a", true).recording, nullptr);
    anew.recording->add("new");
    anew.recording->keep();
    EXPECT_EQ(found(*one_, "wsfunction=a"), "new");
}

TEST_F(AnswerTableTest, TheLeastRecentlyUsedGoesFirst) {
    make(size_t{1} << 20);
    max_answer_ = 1 << 18;
    const std::string body(100'000, 'b');
    for (int i = 0; i < 9; i++) ASSERT_TRUE(keep("wsfunction=" + std::to_string(i), body));
    EXPECT_EQ(found(*other_, "wsfunction=0"), body);  // used
    for (int i = 9; i < 14; i++) ASSERT_TRUE(keep("wsfunction=" + std::to_string(i), body));
    EXPECT_EQ(found(*other_, "wsfunction=0"), body);
    EXPECT_EQ(found(*other_, "wsfunction=1"), "nothing");
    EXPECT_EQ(found(*other_, "wsfunction=13"), body);
}

TEST_F(AnswerTableTest, AReaderKeepsWhatIsEvictedOrForgotten) {
    make(size_t{1} << 20);
    const std::string body(200'000, 'b');
    ASSERT_TRUE(keep("wsfunction=a", body));
    Finding reading = look(*other_, "wsfunction=a");
    char begin[1000];
    ASSERT_EQ(reading.answer->read(begin, sizeof begin), sizeof begin);
    for (int i = 0; i < 50; i++) keep("wsfunction=" + std::to_string(i), std::string(100'000, 'x'));
    EXPECT_EQ(found(*one_, "wsfunction=a"), body);  // what is read is not evicted
    EXPECT_GE(one_->forget([](const AnswerOwner&) { return true; }), 1u);
    EXPECT_EQ(found(*one_, "wsfunction=a"), "nothing");
    for (int i = 0; i < 50; i++) keep("wsfunction=" + std::to_string(i), std::string(100'000, 'y'));
    EXPECT_EQ(read(*reading.answer), body.substr(1000));
}

TEST_F(AnswerTableTest, WhatIsPinnedLeavesNoRoomAndNoHarm) {
    make(size_t{1} << 20);
    std::vector<Finding> readers;
    int kept = 0;
    for (int i = 0; i < 30; i++) {
        const std::string request = "wsfunction=" + std::to_string(i);
        keep(request, std::string(100'000, 'x'));
        Finding finding = look(*other_, request);
        if (finding.kind != Finding::Answer) continue;
        kept++;
        readers.push_back(std::move(finding));
    }
    EXPECT_GT(kept, 5);
    EXPECT_LT(kept, 11);
    readers.clear();
    EXPECT_TRUE(keep("wsfunction=a", std::string(900'000, 'x')));
    EXPECT_EQ(found(*one_, "wsfunction=a").size(), 900'000u);
}

TEST_F(AnswerTableTest, WhatIsAskedForMeanwhileIsForgottenToo) {
    Finding asking = look(*one_, "wsfunction=a");
    asking.recording->add("body");
    EXPECT_EQ(other_->forget([](const AnswerOwner& owner) { return owner.mapping == 2; }), 0u);
    EXPECT_EQ(look(*other_, "wsfunction=a").kind, Finding::BeingAsked);
    EXPECT_EQ(other_->forget([](const AnswerOwner& owner) { return owner.mapping == 1; }), 0u);
    asking.recording->keep();
    EXPECT_EQ(found(*other_, "wsfunction=a"), "nothing");
}

TEST_F(AnswerTableTest, ATooLargeAnswerIsDroppedAndNobodyWaitsForTheNext) {
    max_answer_ = 10'000;
    Finding asking = look(*one_, "wsfunction=a");
    for (int i = 0; i < 3; i++) asking.recording->add(std::string(4'000, 'x'));
    EXPECT_EQ(look(*other_, "wsfunction=a").kind, Finding::Nothing);
    EXPECT_EQ(look(*other_, "wsfunction=a").recording, nullptr);
    asking.recording->add("more");
    asking.recording->keep();
    EXPECT_EQ(look(*other_, "wsfunction=a").recording, nullptr);
    EXPECT_TRUE(one_->list(5, now_).empty());
    now_ = net::Clock::now() + seconds(61);
    EXPECT_NE(look(*other_, "wsfunction=a").recording, nullptr);
}

TEST_F(AnswerTableTest, AnAnswerThatHoldsTheSecretIsNotKept) {
    secret_ = "0123456789abcdef0123456789abcdef";
    ASSERT_TRUE(keep("wsfunction=a", "{\"token\":\"" + secret_ + "\"}"));
    EXPECT_EQ(found(*other_, "wsfunction=a"), "nothing");
    for (const size_t piece : {1, 7, 31, 32, 33}) {
        Finding asking = look(*one_, "wsfunction=b");
        ASSERT_NE(asking.recording, nullptr);
        const std::string body = std::string(40, 'x') + secret_ + std::string(40, 'x');
        for (size_t at = 0; at < body.size(); at += piece) {
            asking.recording->add(std::string_view(body).substr(at, piece));
        }
        asking.recording->keep();
        EXPECT_EQ(found(*other_, "wsfunction=b"), "nothing") << piece;
        const auto* all = static_cast<const void*>(memory_.data());
        EXPECT_EQ(memmem(all, memory_.size(), secret_.data(), 20), nullptr) << piece;
    }
    EXPECT_FALSE(keep("wsfunction=d&x=" + secret_, "body"));
    ASSERT_TRUE(keep("wsfunction=c", secret_.substr(1) + "x" + secret_.substr(0, 31)));
    EXPECT_EQ(found(*other_, "wsfunction=c").size(), 63u);
}

TEST_F(AnswerTableTest, AProcessThatLetsGoLeavesNothingHeld) {
    ASSERT_TRUE(keep("wsfunction=a", "body"));
    const Finding reading = look(*one_, "wsfunction=a");
    const Finding asking = look(*one_, "wsfunction=b");
    one_->let_go();
    EXPECT_TRUE(reading.answer->at_end());
    asking.recording->add("more");
    asking.recording->keep();
    EXPECT_NE(look(*other_, "wsfunction=b").recording, nullptr);
    one_.reset();
    EXPECT_EQ(found(*other_, "wsfunction=a"), "body");
    max_answer_ = size_t{4} << 20;
    // All memory is free again.
    for (int i = 0; i < 20; i++) {
        ASSERT_TRUE(
            keep("wsfunction=a" + std::to_string(i), std::string(3'800'000, 'x'), other_.get()));
        ASSERT_EQ(found(*other_, "wsfunction=a" + std::to_string(i)).size(), 3'800'000u);
    }
}

TEST_F(AnswerTableTest, TooLittleMemoryIsNoTable) {
    char little[8192];
    EXPECT_FALSE(AnswerTable::format(little, sizeof little));
    EXPECT_FALSE(AnswerTable::format(little, 0));
}

// Threads stand for processes: each with its own way into the memory.
TEST_F(AnswerTableTest, ManyAtOnceReadOnlyWhatWasAnswered) {
    make(size_t{1} << 20);
    std::atomic<int> wrong{0};
    std::atomic<int> answered{0};
    std::vector<std::thread> threads;
    for (uint32_t process = 10; process < 14; process++) {
        threads.emplace_back([&, process] {
            AnswerTable table(memory_.data(), lock_, process);
            std::minstd_rand random(process);
            for (int i = 0; i < 4000; i++) {
                const int which = static_cast<int>(random() % 40);
                const std::string request = "wsfunction=" + std::to_string(which);
                const std::string body(1000 + 1500 * which, static_cast<char>('A' + which));
                Question question;
                question.owner = owner_;
                question.request = request;
                question.most_age = seconds(60);
                question.max_answer = 1 << 18;
                question.anew = random() % 10 == 0;
                Finding finding = table.look(question, net::Clock::now());
                if (finding.kind == Finding::Answer) {
                    answered++;
                    wrong += read(*finding.answer) != body;
                } else if (finding.recording != nullptr) {
                    finding.recording->add(body.substr(0, 700));
                    finding.recording->add(body.substr(700));
                    if (random() % 5 != 0) finding.recording->keep();
                }
                if (random() % 300 == 0) {
                    table.forget([&](const AnswerOwner&) { return random() % 2 == 0; });
                }
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
    EXPECT_GT(answered, 1000);
}

}  // namespace
}  // namespace moodle_fdw::moodle
