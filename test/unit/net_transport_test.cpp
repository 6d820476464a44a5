// What a transport says, hears and records, against raw sockets.
#include "net/transport.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "net_server.h"

namespace {

using moodle_fdw::net::Failure;
using moodle_fdw::net::Outcome;
using moodle_fdw::net::Phase;
using moodle_fdw::net::Reach;
using net_test::Clock;
using net_test::drive_until;
using net_test::Exchange;
using net_test::nap;
using net_test::Peer;
using net_test::read_all;
using net_test::Server;
using net_test::since;
using net_test::Transport;

class TransportTest : public testing::Test {
  protected:
    struct Answer {
        std::string body;
        Outcome outcome;
    };

    Answer post(const Reach& reach, const std::string& form = "wstoken=T0ken&x=1") {
        const auto exchange = transport_->post(reach, form);
        std::string body = read_all(*transport_, *exchange);
        EXPECT_TRUE(exchange->done());
        return {std::move(body), exchange->outcome()};
    }

    // One exchange with a server that sends `bytes` for a request and hangs up.
    Answer hear(std::string_view bytes, Reach limits = {}) {
        Server server([&](Peer& peer) {
            peer.request();
            peer.send(bytes);
        });
        limits.endpoint = server.url();
        return post(limits);
    }

    std::unique_ptr<Transport> transport_ = Transport::create("moodle_fdw/test");
};

TEST_F(TransportTest, TheRequest) {
    std::string request;
    Server server([&](Peer& peer) {
        request = peer.request();
        peer.answer("[]", "Content-Type: application/json; charset=utf-8\r\n");
    });
    const auto [body, outcome] = post(server.reach(), "wstoken=T0ken&name=%C3%A7");
    EXPECT_EQ(body, "[]");
    EXPECT_EQ(outcome.failure, Failure::None);
    EXPECT_EQ(outcome.http_status, 200);
    EXPECT_EQ(outcome.content_type, "application/json; charset=utf-8");
    EXPECT_EQ(outcome.phase, Phase::Body);
    EXPECT_EQ(outcome.body_bytes, 2U);
    EXPECT_EQ(outcome.wire_bytes, 2U);
    EXPECT_FALSE(outcome.reused_connection);
    EXPECT_FALSE(outcome.retry_after);
    EXPECT_EQ(outcome.redirect_to, "");
    EXPECT_EQ(outcome.detail, "");
    EXPECT_TRUE(request.starts_with("POST /webservice/rest/server.php HTTP/1.1\r\n")) << request;
    EXPECT_TRUE(request.ends_with("\r\n\r\nwstoken=T0ken&name=%C3%A7")) << request;
    for (const char* field : {"\r\nUser-Agent: moodle_fdw/test\r\n", "\r\nAccept-Encoding: ",
                              "\r\nContent-Type: application/x-www-form-urlencoded\r\n",
                              "\r\nContent-Length: 25\r\n"}) {
        EXPECT_NE(request.find(field), std::string::npos) << field;
    }
    for (const char* field : {"Expect:", "Cookie:", "Authorization:", "Referer:"}) {
        EXPECT_EQ(request.find(field), std::string::npos) << field;
    }
}

TEST_F(TransportTest, NothingMovesBeforeDrive) {
    Server server([](Peer& peer) {
        peer.request();
        peer.answer("x");
    });
    const auto exchange = transport_->post(server.reach(), "a=1");
    nap(50);
    EXPECT_EQ(server.connections(), 0);
    EXPECT_FALSE(exchange->done());
    EXPECT_FALSE(exchange->headers_complete());
    EXPECT_EQ(transport_->running(), 1U);
    EXPECT_TRUE(net_test::wait(*transport_, 0));  // the descriptor says that there is work
    EXPECT_EQ(read_all(*transport_, *exchange), "x");
    EXPECT_TRUE(exchange->headers_complete());
    EXPECT_EQ(exchange->http_status(), 200);
    EXPECT_EQ(transport_->running(), 0U);
    EXPECT_FALSE(net_test::wait(*transport_, 700));  // and an idle transport wakes nobody
}

TEST_F(TransportTest, BytesComeBeforeTheEnd) {
    std::atomic<bool> seen = false;
    Server server([&](Peer& peer) {
        peer.request();
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
        while (!seen) nap(1);
        peer.send("4\r\nlast\r\n0\r\n\r\n");
        peer.linger_on();
    });
    auto exchange = transport_->post(server.reach(), "a=1");
    EXPECT_TRUE(drive_until(*transport_, [&] { return exchange->inbox().view() == "first"; }));
    EXPECT_FALSE(exchange->done());
    seen = true;
    EXPECT_EQ(read_all(*transport_, *exchange), "firstlast");
    EXPECT_EQ(exchange->outcome().failure, Failure::None);
    exchange.reset();
    transport_->close_idle();
}

TEST_F(TransportTest, Compression) {
    std::string request;
    constexpr std::string_view kGzip(
        "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\xca\xcf\x56\xb2\x2a\x29\x2a\x4d\xad\x05"
        "\x00\x90\x5f\xd4\xa7\x0b\x00\x00\x00",
        31);
    Server server([&](Peer& peer) {
        request = peer.request();
        peer.answer(kGzip, "Content-Encoding: gzip\r\n");
    });
    const auto [body, outcome] = post(server.reach());
    EXPECT_EQ(body, "{\"ok\":true}");
    EXPECT_EQ(outcome.wire_bytes, 31U);
    EXPECT_EQ(outcome.body_bytes, 11U);
    EXPECT_TRUE(outcome.encoded);
    EXPECT_NE(request.find("gzip"), std::string::npos);

    Reach plain = server.reach();
    plain.compression = false;
    EXPECT_EQ(post(plain).body, kGzip);  // as it came: not asked for, not undone
    EXPECT_EQ(request.find("Accept-Encoding"), std::string::npos);
}

TEST_F(TransportTest, BadCompression) {
    const auto [body, outcome] = hear(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\n"
        "this is no gzip data");
    EXPECT_EQ(outcome.failure, Failure::Encoding) << outcome.detail;
    EXPECT_EQ(body, "");
}

TEST_F(TransportTest, FaultBodiesAreKeptInPart) {
    const std::string large(200'000, 'f');
    Server server([&](Peer& peer) {
        while (!peer.request().empty() && peer.answer(large, {}, "500 Oops")) {
        }
    });
    for (int i = 0; i < 2; ++i) {
        const auto exchange = transport_->post(server.reach(), "a=1");
        exchange->set_high_water(1000);  // nobody has to read it for it to end
        EXPECT_TRUE(drive_until(*transport_, [&] { return exchange->done(); }));
        EXPECT_EQ(exchange->outcome().failure, Failure::None);
        EXPECT_EQ(exchange->outcome().http_status, 500);
        EXPECT_EQ(exchange->inbox().view(), large.substr(0, 65536));
        EXPECT_EQ(exchange->outcome().reused_connection, i == 1);
    }
    transport_->close_idle();
}

TEST_F(TransportTest, AnEndlessFaultBodyIsCutShort) {
    Server server([](Peer& peer) {
        peer.request();
        peer.send("HTTP/1.1 502 Bad Gateway\r\n\r\n");
        while (peer.send(std::string(65536, 'f'))) {
        }
        EXPECT_LT(peer.sent(), size_t{64} << 20);
    });
    const auto [body, outcome] = post(server.reach());
    EXPECT_EQ(outcome.failure, Failure::None);
    EXPECT_EQ(outcome.http_status, 502);
    EXPECT_EQ(body.size(), 65536U);
    EXPECT_EQ(outcome.detail, "");
}

TEST_F(TransportTest, EmptyBodies) {
    EXPECT_EQ(hear("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n").outcome.http_status, 403);
    const auto [body, outcome] = hear("HTTP/1.1 500 Internal\r\n\r\n");
    EXPECT_EQ(outcome.http_status, 500);
    EXPECT_EQ(outcome.failure, Failure::None);
    EXPECT_EQ(body, "");
}

TEST_F(TransportTest, InterimAnswersArePassedOver) {
    const auto [body, outcome] = hear(
        "HTTP/1.1 100 Continue\r\n\r\n"
        "HTTP/1.1 103 Early Hints\r\nRetry-After: 9\r\nContent-Type: text/early\r\n\r\n"
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]");
    EXPECT_EQ(body, "[]");
    EXPECT_EQ(outcome.http_status, 200);
    EXPECT_EQ(outcome.content_type, "");
    EXPECT_FALSE(outcome.retry_after);
}

TEST_F(TransportTest, RedirectsAreRecordedAndNotFollowed) {
    Server elsewhere([](Peer& peer) { peer.request(); });
    const std::string host = "127.0.0.1:" + std::to_string(elsewhere.port());
    std::string location = "http://user:pw@" + host + "/login/a%20b?wstoken=T0ken#fragment";
    Server server([&](Peer& peer) {
        peer.request();
        peer.answer("<html>", "Location: " + location + "\r\n", "303 See Other");
    });
    for (const char* version : {"absolute", "relative", "script"}) {
        if (version == std::string("relative")) location = "../x?y";
        if (version == std::string("script")) location = "javascript:alert(1)";
        const auto [body, outcome] = post(server.reach());
        EXPECT_EQ(outcome.failure, Failure::None);
        EXPECT_EQ(outcome.http_status, 303);
        EXPECT_EQ(body, "<html>");
        if (version == std::string("absolute")) {
            EXPECT_EQ(outcome.redirect_to, "http://" + host + "/login/a%20b");
        } else if (version == std::string("relative")) {
            EXPECT_EQ(outcome.redirect_to,
                      "http://127.0.0.1:" + std::to_string(server.port()) + "/webservice/x");
        }
        EXPECT_EQ(outcome.redirect_to.find("T0ken"), std::string::npos);
    }
    EXPECT_EQ(elsewhere.connections(), 0);
}

TEST_F(TransportTest, RetryAfter) {
    const auto told = [&](const std::string& fields) {
        return hear("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n" + fields + "\r\n")
            .outcome.retry_after;
    };
    using std::chrono::seconds;
    EXPECT_EQ(told("Retry-After: 120\r\n"), seconds(120));
    EXPECT_EQ(told("retry-after:0\r\n"), seconds(0));
    EXPECT_EQ(told("Retry-After: 99999999999999999999\r\n"), seconds(86'400));
    EXPECT_EQ(told("Retry-After: -5\r\n"), std::nullopt);
    EXPECT_EQ(told("Retry-After: soon\r\n"), std::nullopt);
    EXPECT_EQ(told("Retry-After:\r\n"), std::nullopt);
    EXPECT_EQ(told(""), std::nullopt);
    // By the server's clock, not by ours.
    EXPECT_EQ(told("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                   "Retry-After: Sun, 06 Nov 1994 08:51:00 GMT\r\n"),
              seconds(83));
    EXPECT_EQ(told("Retry-After: Sun, 06 Nov 1994 08:51:00 GMT\r\n"), seconds(0));
    EXPECT_EQ(told("Retry-After: Fri, 31 Dec 2038 00:00:00 GMT\r\n"), seconds(86'400));
}

TEST_F(TransportTest, TheSitesClock) {
    const auto told = [&](const std::string& fields) {
        return hear("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + fields + "\r\n")
            .outcome.server_time;
    };
    EXPECT_EQ(told("Date: Fri, 20 Nov 2026 15:23:16 GMT\r\n"), 1'795'188'196);
    EXPECT_EQ(told("Date: tomorrow\r\n"), std::nullopt);
    EXPECT_EQ(told(""), std::nullopt);
}

TEST_F(TransportTest, HugeHeaders) {
    std::string many = "HTTP/1.1 200 OK\r\n";
    while (many.size() < 270'000) many += "X-Filler: " + std::string(1000, 'x') + "\r\n";
    EXPECT_EQ(hear(many + "\r\n").outcome.failure, Failure::TooLarge);
    const std::string one =
        "HTTP/1.1 200 OK\r\nX-Filler: " + std::string(300'000, 'x') + "\r\n\r\n";
    const Outcome outcome = hear(one).outcome;
    EXPECT_EQ(outcome.failure, Failure::TooLarge) << outcome.detail;
    std::string below = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n";
    while (below.size() < 200'000) below += "X-Filler: " + std::string(1000, 'x') + "\r\n";
    EXPECT_EQ(hear(below + "\r\n[]").body, "[]");
}

TEST_F(TransportTest, TooLargeBodies) {
    Reach limits;
    limits.max_response_size = 1000;
    const std::string body(1001, 'b');
    const Outcome announced =
        hear("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + body, limits).outcome;
    EXPECT_EQ(announced.failure, Failure::TooLarge);
    EXPECT_EQ(announced.body_bytes, 0U);
    EXPECT_NE(announced.detail.find("1000"), std::string::npos) << announced.detail;
    const Outcome chunked = hear("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" +
                                     body + "\r\n0\r\n\r\n",
                                 limits)
                                .outcome;
    EXPECT_EQ(chunked.failure, Failure::TooLarge);
    EXPECT_LE(chunked.body_bytes, 1000U);
    EXPECT_EQ(hear("HTTP/1.1 200 OK\r\n\r\n" + body.substr(1), limits).body.size(), 1000U);
}

TEST_F(TransportTest, AFewBytesThatBecomeMany) {
    const std::string bomb = std::string(
                                 "\x1f\x8b\x08\0\0\0\0\0\x02\x03\xed\xc1\x31\x01\0\0\0"
                                 "\xc2\xa0\xda\x8b\x6f\x08\x5f\xa0",
                                 25) +
                             std::string(1016, '\0') +
                             std::string("\x3e\x03\x32\x9c\x3b\x15\0\0\x10\0", 10);
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " +
                               std::to_string(bomb.size()) + "\r\n\r\n" + bomb;
    EXPECT_EQ(hear(answer).body, std::string(1 << 20, 'x'));
    Reach limits;
    limits.max_response_size = 100'000;
    const auto [body, outcome] = hear(answer, limits);
    EXPECT_EQ(outcome.failure, Failure::TooLarge);
    EXPECT_LE(body.size(), 100'000U);
}

TEST_F(TransportTest, CutBodies) {
    for (const char* answer :
         {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[1,2",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n[1,2",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n[1,2\r\n"}) {
        const auto [body, outcome] = hear(answer);
        EXPECT_EQ(outcome.failure, Failure::Cut) << answer << outcome.detail;
        EXPECT_EQ(outcome.phase, Phase::Body);
        EXPECT_EQ(outcome.http_status, 200);
        EXPECT_EQ(body, "[1,2");
        EXPECT_NE(outcome.detail, "");
    }
}

TEST_F(TransportTest, CutBeforeTheBody) {
    const Outcome silent = hear("").outcome;
    EXPECT_EQ(silent.failure, Failure::Cut);
    EXPECT_EQ(silent.phase, Phase::FirstByte);
    const Outcome headers = hear("HTTP/1.1 200 OK\r\nContent-Le").outcome;
    EXPECT_EQ(headers.failure, Failure::Cut) << headers.detail;
    EXPECT_EQ(headers.phase, Phase::Body);
}

TEST_F(TransportTest, Resets) {
    for (const char* before : {"", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[1,2"}) {
        Server server([&](Peer& peer) {
            peer.request();
            peer.send(before);
            nap(50);
            peer.reset();
        });
        const Outcome outcome = post(server.reach()).outcome;
        EXPECT_EQ(outcome.failure, Failure::Cut) << outcome.detail;
        EXPECT_EQ(outcome.phase, *before == '\0' ? Phase::FirstByte : Phase::Body);
    }
}

TEST_F(TransportTest, NotHttp) {
    for (const char* answer : {"SSH-2.0-OpenSSH_9.2\r\n", "[1,2,3]", "\x16\x03\x01\x02"}) {
        const Outcome outcome = hear(answer).outcome;
        EXPECT_EQ(outcome.failure, Failure::Protocol) << answer << outcome.detail;
    }
    const Outcome chunks =
        hear("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot hex\r\n").outcome;
    EXPECT_TRUE(chunks.failure == Failure::Cut || chunks.failure == Failure::Protocol);
}

TEST_F(TransportTest, OtherProtocolsAreRefused) {
    for (const char* endpoint :
         {"file:///etc/passwd", "ftp://127.0.0.1/x", "http://u:p@127.0.0.1/"}) {
        Reach reach;
        reach.endpoint = endpoint;
        const auto [body, outcome] = post(reach);
        EXPECT_NE(outcome.failure, Failure::None) << endpoint;
        EXPECT_EQ(body, "");
    }
}

TEST_F(TransportTest, RefusedConnection) {
    Reach reach;
    {
        Server server([](Peer&) {});
        reach = server.reach();
    }
    const Outcome outcome = post(reach).outcome;
    EXPECT_EQ(outcome.failure, Failure::Connect);
    EXPECT_EQ(outcome.phase, Phase::Connect);
    EXPECT_EQ(outcome.http_status, 0);
    EXPECT_NE(outcome.detail, "");
}

TEST_F(TransportTest, PlainAnswerToTls) {
    Server server([](Peer& peer) {
        peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
        peer.linger_on();
    });
    const Outcome outcome = post(server.reach("https")).outcome;
    EXPECT_EQ(outcome.failure, Failure::Tls) << outcome.detail;
    EXPECT_EQ(outcome.phase, Phase::Tls);
}

TEST_F(TransportTest, MissingAuthorities) {
    Server server([](Peer& peer) { peer.linger_on(); });
    Reach reach = server.reach("https");
    reach.ca_file = "/nonexistent/ca.pem";
    const Outcome outcome = post(reach).outcome;
    EXPECT_EQ(outcome.failure, Failure::Certificate) << outcome.detail;
}

TEST_F(TransportTest, OnlyTheGivenProxy) {
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
    setenv("no_proxy", "*", 1);
    std::string request;
    Server server([&](Peer& peer) {
        request = peer.request();
        peer.answer("ok");
    });
    EXPECT_EQ(post(server.reach()).body, "ok");
    Reach reach;
    reach.endpoint = "http://moodle.invalid/webservice/rest/server.php";
    reach.proxy = "http://127.0.0.1:" + std::to_string(server.port());
    EXPECT_EQ(post(reach).body, "ok");
    EXPECT_TRUE(request.starts_with("POST http://moodle.invalid/webservice/")) << request;
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
    unsetenv("no_proxy");
}

TEST_F(TransportTest, ProxyFailures) {
    Server server([&](Peer& peer) {
        peer.request();
        peer.answer("denied", "Retry-After: 5\r\n", "407 Proxy Authentication Required");
    });
    Reach reach;
    reach.endpoint = "https://moodle.invalid/webservice/rest/server.php";
    reach.proxy = "http://me:hush@127.0.0.1:" + std::to_string(server.port());
    const Outcome denied = post(reach).outcome;
    EXPECT_EQ(denied.failure, Failure::Proxy) << denied.detail;
    EXPECT_EQ(denied.http_status, 0);  // the tunnel's own answer is not the site's
    reach.proxy = "http://me:hush@127.0.0.1:1";
    const Outcome refused = post(reach).outcome;
    EXPECT_EQ(refused.failure, Failure::Proxy) << refused.detail;
    EXPECT_EQ(refused.detail.find("hush"), std::string::npos);
}

TEST_F(TransportTest, ConnectionsAreKept) {
    Server server([](Peer& peer) {
        while (!peer.request().empty()) peer.answer("ok");
    });
    EXPECT_FALSE(post(server.reach()).outcome.reused_connection);
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(post(server.reach()).outcome.reused_connection);
    EXPECT_EQ(server.connections(), 1);
    transport_->close_idle();
    EXPECT_FALSE(post(server.reach()).outcome.reused_connection);
    EXPECT_EQ(server.connections(), 2);
    transport_->close_idle();
}

TEST_F(TransportTest, ClosingIdleOnesLeavesTheOthers) {
    Server server([](Peer& peer) {
        while (!peer.request().empty()) {
            nap(100);
            peer.answer("ok");
        }
    });
    EXPECT_EQ(post(server.reach()).body, "ok");
    const auto running = transport_->post(server.reach(), "a=1");
    transport_->drive();
    transport_->close_idle();
    const auto next = transport_->post(server.reach(), "a=1");
    EXPECT_EQ(read_all(*transport_, *running), "ok");
    EXPECT_EQ(read_all(*transport_, *next), "ok");
    EXPECT_TRUE(running->outcome().reused_connection);
    EXPECT_FALSE(next->outcome().reused_connection);
    transport_->close_idle();
}

TEST_F(TransportTest, AKeptConnectionThatDied) {
    Server server([](Peer& peer) {
        peer.request();
        peer.answer("once");  // says nothing of closing, and closes
    });
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(post(server.reach()).body, "once");
        nap(i * 10);
    }
}

TEST_F(TransportTest, AKeptConnectionThatDiesWithTheRequest) {
    // The server closes at the very moment at which the second request arrives.
    std::atomic<int> requests = 0;
    for (const bool reset : {false, true}) {
        Server server([&](Peer& peer) {
            peer.request();
            peer.answer("ok");
            ++requests;
            if (peer.request().empty()) return;
            ++requests;
            if (reset) peer.reset();
        });
        EXPECT_EQ(post(server.reach()).body, "ok");
        const auto [body, outcome] = post(server.reach());
        EXPECT_EQ(outcome.failure, Failure::None) << outcome.detail;
        EXPECT_EQ(body, "ok");
        EXPECT_EQ(server.connections(), 2);
        transport_->close_idle();
    }
    EXPECT_EQ(requests, 6);
}

TEST_F(TransportTest, ManyAtOnce) {
    Server server([](Peer& peer) {
        std::string request;
        while (!(request = peer.request()).empty()) {
            nap(200);
            peer.answer(request.substr(request.find("n=")));
        }
    });
    const auto begin = Clock::now();
    std::vector<std::unique_ptr<Exchange>> exchanges;
    for (int i = 0; i < 64; ++i) {
        exchanges.push_back(transport_->post(server.reach(), "n=" + std::to_string(i)));
    }
    EXPECT_EQ(transport_->running(), 64U);
    EXPECT_TRUE(drive_until(*transport_, [&] { return transport_->running() == 0; }));
    EXPECT_LT(since(begin), 2000);  // one after the other they take 12,800 ms
    for (int i = 0; i < 64; ++i) {
        EXPECT_EQ(exchanges[i]->inbox().view(), "n=" + std::to_string(i));
        EXPECT_EQ(exchanges[i]->outcome().failure, Failure::None);
    }
    EXPECT_EQ(server.connections(), 64);
    exchanges.clear();
    for (int i = 0; i < 8; ++i) exchanges.push_back(transport_->post(server.reach(), "n="));
    EXPECT_TRUE(drive_until(*transport_, [&] { return transport_->running() == 0; }));
    for (const auto& exchange : exchanges) EXPECT_TRUE(exchange->outcome().reused_connection);
    EXPECT_EQ(server.connections(), 64);
    transport_->close_idle();
}

TEST_F(TransportTest, LargeRequests) {
    std::string request;
    Server server([&](Peer& peer) {
        request = peer.request();
        peer.answer("ok");
    });
    const std::string form = "a=" + std::string(5'000'000, 'r');
    EXPECT_EQ(post(server.reach(), form).body, "ok");
    EXPECT_TRUE(request.ends_with("\r\n\r\n" + form));
}

}  // namespace
