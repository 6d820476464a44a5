// One request for its own sake, against raw sockets.
#include "moodle/probe.h"

#include <gtest/gtest.h>

#include "net_server.h"

namespace moodle_fdw::moodle {
namespace {

using net_test::drive_until;
using net_test::Peer;
using net_test::Server;

constexpr int kPlaces = 1;

class ProbeTest : public testing::Test {
  protected:
    std::shared_ptr<Site> site_at(const Server& server) {
        auto site = std::make_shared<Site>("m", "T0ken");
        site->reach = server.reach();
        site->retry.retries = 4;
        site->gate = net::make_local_gate({kPlaces, 0});
        site->transport = transport_.get();
        return site;
    }

    std::unique_ptr<Probe> ask(const std::shared_ptr<Site>& site,
                               std::optional<net::Milliseconds> at_most = {}) {
        auto probe = std::make_unique<Probe>(site, Call{"core_x", {{"courseid", "14"}}}, at_most);
        if (!probe->done()) drive_until(*transport_, [&] { return probe->done(); });
        EXPECT_TRUE(probe->done());
        return probe;
    }

    std::unique_ptr<net::Transport> transport_ = net::Transport::create("moodle_fdw/test");
};

TEST_F(ProbeTest, AnAnswerAndItsCircumstances) {
    std::string request;
    Server server([&](Peer& peer) {
        request = peer.request();
        peer.answer(R"({"id":7})", "Date: Fri, 20 Nov 2026 15:23:16 GMT\r\n");
    });
    const auto probe = ask(site_at(server));
    ASSERT_FALSE(probe->fault());
    EXPECT_EQ(probe->answer().find("id").text(), "7");
    EXPECT_EQ(probe->body(), R"({"id":7})");
    EXPECT_EQ(probe->outcome().server_time, 1'795'188'196);
    EXPECT_GT(probe->latency().count(), 0);
    EXPECT_NE(request.find("wstoken=T0ken&wsfunction=core_x&moodlewsrestformat=json&courseid=14"),
              std::string::npos);
}

TEST_F(ProbeTest, AFaultIsAResultAndNotTriedAgain) {
    Server server([&](Peer& peer) {
        peer.request();
        peer.answer("<html>T0ken</html>", "Retry-After: 0\r\n", "503 Service Unavailable");
    });
    const auto site = site_at(server);
    EXPECT_EQ(ask(site)->fault().kind, FaultKind::Maintenance);
    EXPECT_EQ(server.connections(), 1);
}

TEST_F(ProbeTest, MoodlesOwnWord) {
    Server server([&](Peer& peer) {
        peer.request();
        peer.answer(
            R"j({"exception":"e","errorcode":"nopermissions","message":"no (View T0ken)"})j");
    });
    const auto probe = ask(site_at(server));
    EXPECT_EQ(probe->fault().kind, FaultKind::MissingCapability);
    EXPECT_EQ(probe->fault().errorcode, "nopermissions");
    EXPECT_EQ(probe->fault().detail.find("T0ken"), std::string::npos);
    EXPECT_EQ(probe->outcome().http_status, 200);
}

TEST_F(ProbeTest, WhatIsNoJson) {
    std::string body = "<?xml version=\"1.0\"?><RESPONSE/>";
    Server server([&](Peer& peer) {
        while (!peer.request().empty()) peer.answer(body);
    });
    const auto site = site_at(server);
    EXPECT_EQ(ask(site)->fault().kind, FaultKind::XmlAnswer);
    body = "{\"id\":";
    EXPECT_EQ(ask(site)->fault().kind, FaultKind::CutShort);
    body = "";
    EXPECT_EQ(ask(site)->fault().kind, FaultKind::EmptyBody);
    transport_->close_idle();  // the server's script waits for that
}

TEST_F(ProbeTest, BoundedInTime) {
    Server server([](Peer& peer) {
        peer.request();
        peer.linger_on();
    });
    const auto site = site_at(server);
    const auto begin = net::Clock::now();
    const auto probe = ask(site, net::Milliseconds{200});
    EXPECT_TRUE(probe->fault().kind == FaultKind::Stalled ||
                probe->fault().kind == FaultKind::TimedOut);
    EXPECT_LT(net_test::since(begin), 2000);
    EXPECT_EQ(site->reach.stall_timeout, net::Reach().stall_timeout);
}

TEST_F(ProbeTest, BoundedInSize) {
    Server server([](Peer& peer) {
        peer.request();
        peer.send("HTTP/1.1 200 OK\r\n\r\n");
        while (peer.send(std::string(1 << 20, ' '))) {
        }
    });
    const auto probe = ask(site_at(server));
    EXPECT_EQ(probe->fault().kind, FaultKind::RecordTooLarge);
    EXPECT_EQ(probe->body(), "");
}

TEST_F(ProbeTest, WaitsForItsPlaceAndGivesItBack) {
    Server server([](Peer& peer) {
        while (!peer.request().empty()) peer.answer("[]");
    });
    const auto site = site_at(server);
    ASSERT_TRUE(site->gate->enter(net::Clock::now()).entered);
    Probe waiting(site, {"core_x", {}}, {});
    EXPECT_FALSE(waiting.done());
    EXPECT_EQ(transport_->running(), 0U);
    EXPECT_EQ(server.connections(), 0);
    site->gate->leave(net::Clock::now(), {}, true);
    EXPECT_FALSE(waiting.done());
    EXPECT_EQ(transport_->running(), 1U);
    EXPECT_TRUE(drive_until(*transport_, [&] { return waiting.done(); }));
    EXPECT_FALSE(waiting.fault());
    EXPECT_FALSE(ask(site)->fault());
    transport_->close_idle();
    EXPECT_TRUE(site->gate->enter(net::Clock::now()).entered);
}

TEST_F(ProbeTest, GoneBeforeItsAnswer) {
    Server server([](Peer& peer) {
        peer.request();
        peer.linger_on();
    });
    const auto site = site_at(server);
    auto probe = std::make_unique<Probe>(site, Call{"core_x", {}}, std::nullopt);
    EXPECT_FALSE(probe->done());
    probe.reset();
    EXPECT_EQ(transport_->running(), 0U);
    EXPECT_TRUE(site->gate->enter(net::Clock::now()).entered);
}

}  // namespace
}  // namespace moodle_fdw::moodle
