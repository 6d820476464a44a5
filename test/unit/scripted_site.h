// The engine of a scan against a scripted network: what its tests share.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "moodle/fetch.h"
#include "moodle/table.h"

namespace moodle_fdw::moodle {

struct Script {
    std::string body;
    int status = 200;
    net::Failure failure = net::Failure::None;
    // Bytes that come with each drive(); 0 = all at once.
    size_t step = 0;
    // Its end is heard of only with a further drive(), as that of a chunked body may be.
    bool ends_later = false;
};

class ScriptedExchange : public net::Exchange {
  public:
    ScriptedExchange(Script script, int& running, std::set<ScriptedExchange*>& live)
        : script_(std::move(script)), running_(running), live_(live) {
        running_++;
        live_.insert(this);
    }
    ~ScriptedExchange() override {
        live_.erase(this);
        finish();
    }
    net::Inbox& inbox() override { return inbox_; }
    bool headers_complete() const override { return done_ || sent_ > 0; }
    int http_status() const override { return script_.status; }
    bool done() const override { return done_; }
    const net::Outcome& outcome() const override { return outcome_; }
    void set_high_water(size_t bytes) override { high_water_ = bytes; }
    void when_done(std::function<void()> hook) override { hook_ = std::move(hook); }

    bool paused() const { return !done_ && inbox_.size() >= high_water_; }
    void advance() {
        if (done_ || paused()) return;
        const size_t left = script_.body.size() - sent_;
        const size_t count = script_.step == 0 ? left : std::min(left, script_.step);
        inbox_.append(script_.body.data() + sent_, count);
        sent_ += count;
        if (sent_ < script_.body.size() || std::exchange(script_.ends_later, false)) return;
        outcome_.failure = script_.failure;
        outcome_.http_status = script_.status;
        outcome_.body_bytes = sent_;
        outcome_.phase = net::Phase::Body;
        finish();
    }

  private:
    void finish() {
        if (done_) return;
        done_ = true;
        running_--;
        if (hook_) hook_();
    }

    Script script_;
    int& running_;
    std::set<ScriptedExchange*>& live_;
    net::Inbox inbox_;
    net::Outcome outcome_;
    std::function<void()> hook_;
    size_t sent_ = 0;
    size_t high_water_ = 1 << 20;
    bool done_ = false;
};

class ScriptedTransport : public net::Transport {
  public:
    // What is answered to a form; called once for each request.
    std::function<Script(const std::string& form)> answer;
    int most_at_once = 0;
    std::vector<std::string> forms;

    std::unique_ptr<net::Exchange> post(const net::Reach&, std::string form) override {
        forms.push_back(form);
        auto exchange = std::make_unique<ScriptedExchange>(answer(form), running_, live_);
        most_at_once = std::max(most_at_once, running_);
        return exchange;
    }
    int wait_fd() const override { return -1; }
    void drive() override {
        const auto now_live = live_;
        for (ScriptedExchange* exchange : now_live) exchange->advance();
    }
    void close_idle() override {}
    size_t running() const override { return static_cast<size_t>(running_); }
    bool all_wait_for_reader() const override {
        return std::all_of(live_.begin(), live_.end(), [](const ScriptedExchange* exchange) {
            return exchange->done() || exchange->paused();
        });
    }

  private:
    int running_ = 0;
    std::set<ScriptedExchange*> live_;
};

class ScriptedSite : public ::testing::Test {
  protected:
    ScriptedSite() : site_(std::make_shared<Site>("here", "secret")) {
        site_->transport = &transport_;
        site_->retry.first_delay = net::Milliseconds{1};
        site_->reach.endpoint = "http://here/webservice/rest/server.php";
        allow(4);
    }
    void allow(int connections) { site_->gate = net::make_local_gate({connections, 0}); }
    static FetchPlan plan_for(const char* entity, const std::vector<Restriction>& restrictions,
                              const std::vector<std::string>& columns) {
        const Table table = table_of(*find_entity(entity));
        std::vector<int> wanted;
        for (size_t i = 0; i < table.columns.size(); i++) {
            for (const std::string& name : columns) {
                if (table.columns[i].name == name) wanted.push_back(static_cast<int>(i));
            }
        }
        Access access;
        std::string problem;
        EXPECT_TRUE(choose_access(table, restrictions, wanted, access, problem)) << problem;
        return std::move(access.plan);
    }
    // Runs to the end; the first value of each row. Fails where a fetch waits and nothing can move.
    std::vector<std::string> run(Fetch& fetch, size_t most = SIZE_MAX) {
        std::vector<std::string> rows;
        int idle = 0;
        while (rows.size() < most) {
            const Fetch::Step step = fetch.next();
            if (step == Fetch::Step::Row) {
                const auto& values = fetch.values();
                rows.push_back(fetch.reason() != nullptr ? fetch.reason()
                               : values.empty() || !values[0].found()
                                   ? "-"
                                   : std::string(values[0].text()));
                idle = 0;
                transport_.drive();  // as other scans of a backend do between two rows
            } else if (step == Fetch::Step::Wait) {
                transport_.drive();
                if (++idle > 5000) {
                    ADD_FAILURE() << "waits for ever";
                    break;
                }
                if (idle > 10) std::this_thread::sleep_for(std::chrono::microseconds(100));
            } else if (step != Fetch::Step::Again) {
                last_ = step;
                break;
            }
        }
        return rows;
    }

    ScriptedTransport transport_;
    std::shared_ptr<Site> site_;
    Fetch::Step last_ = Fetch::Step::Wait;
};

}  // namespace moodle_fdw::moodle
