// Time and memory: limits that count only what they should, pauses, and cancelling at any moment.
#include <dlfcn.h>
#include <fcntl.h>
#include <dirent.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>

#include "net/transport.h"
#include "net_server.h"

namespace {

using moodle_fdw::net::Failure;
using moodle_fdw::net::Milliseconds;
using moodle_fdw::net::Outcome;
using moodle_fdw::net::Phase;
using moodle_fdw::net::Reach;
using net_test::Blackhole;
using net_test::Clock;
using net_test::drive_until;
using net_test::Exchange;
using net_test::nap;
using net_test::Peer;
using net_test::read_all;
using net_test::Server;
using net_test::since;
using net_test::Transport;
using net_test::wait;

std::atomic<int> lookups = 0;
std::atomic<bool> signals_blocked = false;

}  // namespace

// libcurl's resolver thread ends up here: names under .test never reach the network.
extern "C" __attribute__((visibility("default"))) int getaddrinfo(const char* name,
                                                                  const char* service,
                                                                  const addrinfo* hints,
                                                                  addrinfo** found) {
    const std::string host = name == nullptr ? "" : name;
    if (host.ends_with(".test")) {
        sigset_t mask;
        pthread_sigmask(SIG_BLOCK, nullptr, &mask);
        signals_blocked = sigismember(&mask, SIGINT) == 1 && sigismember(&mask, SIGUSR1) == 1;
        ++lookups;
        if (host == "slow.test") nap(3000);
        return EAI_NONAME;
    }
    using Function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
    static const auto real = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "getaddrinfo"));
    return real(name, service, hints, found);
}

namespace {

constexpr std::string_view kHead = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n";
constexpr std::string_view kChunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

size_t open_descriptors() {
    size_t count = 0;
    DIR* directory = opendir("/proc/self/fd");
    while (readdir(directory) != nullptr) ++count;
    closedir(directory);
    return count;
}

class LimitsTest : public testing::Test {
  protected:
    Outcome finish(const Reach& reach, std::string form = "a=1") {
        const auto exchange = transport_->post(reach, std::move(form));
        read_all(*transport_, *exchange);
        EXPECT_TRUE(exchange->done());
        return exchange->outcome();
    }

    std::unique_ptr<Transport> transport_ = Transport::create("moodle_fdw/test");
};

TEST_F(LimitsTest, UnknownName) {
    Reach reach;
    reach.endpoint = "http://unknown.test/";
    const Outcome outcome = finish(reach);
    EXPECT_EQ(outcome.failure, Failure::Resolve) << outcome.detail;
    EXPECT_EQ(outcome.phase, Phase::Resolve);
    EXPECT_NE(outcome.detail.find("unknown.test"), std::string::npos);
    EXPECT_GE(lookups, 1);
}

TEST_F(LimitsTest, ResolverThreadsTakeNoSignals) {
    Reach reach;
    reach.endpoint = "http://other.test/";
    signals_blocked = false;
    finish(reach);
    EXPECT_TRUE(signals_blocked);
    sigset_t mask;
    pthread_sigmask(SIG_BLOCK, nullptr, &mask);
    EXPECT_EQ(sigismember(&mask, SIGINT), 0);  // and this thread has its own mask back
}

TEST_F(LimitsTest, SlowResolver) {
    Reach reach;
    reach.endpoint = "http://slow.test/";
    reach.connect_timeout = Milliseconds(300);
    const auto begin = Clock::now();
    const Outcome outcome = finish(reach);
    EXPECT_EQ(outcome.failure, Failure::Timeout);
    EXPECT_EQ(outcome.phase, Phase::Resolve);
    EXPECT_GE(since(begin), 290);
    EXPECT_LT(since(begin), 600);
}

TEST_F(LimitsTest, SlowConnect) {
    const Blackhole blackhole;
    Reach reach;
    reach.endpoint = "http://127.0.0.1:" + std::to_string(blackhole.port()) + "/";
    reach.connect_timeout = Milliseconds(300);
    const auto begin = Clock::now();
    const Outcome outcome = finish(reach);
    EXPECT_EQ(outcome.failure, Failure::Timeout);
    EXPECT_EQ(outcome.phase, Phase::Connect);
    EXPECT_GE(since(begin), 290);
    EXPECT_LT(since(begin), 600);
}

TEST_F(LimitsTest, SlowTls) {
    Server server([](Peer& peer) { peer.linger_on(); });
    Reach reach = server.reach("https");
    reach.connect_timeout = Milliseconds(300);
    const Outcome outcome = finish(reach);
    EXPECT_EQ(outcome.failure, Failure::Timeout);
    EXPECT_EQ(outcome.phase, Phase::Tls);
}

TEST_F(LimitsTest, StallBeforeTheFirstByte) {
    Server server([](Peer& peer) {
        peer.request();
        peer.linger_on();
    });
    Reach reach = server.reach();
    reach.connect_timeout = Milliseconds(100);  // no longer matters once connected
    reach.stall_timeout = Milliseconds(400);
    const auto begin = Clock::now();
    const Outcome outcome = finish(reach);
    EXPECT_EQ(outcome.failure, Failure::Stall);
    EXPECT_EQ(outcome.phase, Phase::FirstByte);
    EXPECT_NE(outcome.detail.find("400 ms"), std::string::npos) << outcome.detail;
    EXPECT_GE(since(begin), 390);
    EXPECT_LT(since(begin), 700);
    EXPECT_GE(outcome.elapsed.count(), 390);
}

TEST_F(LimitsTest, StallWithinTheBody) {
    Server server([](Peer& peer) {
        peer.request();
        nap(200);
        peer.send(std::string(kHead) + "[1,2");
        peer.linger_on();
    });
    Reach reach = server.reach();
    reach.stall_timeout = Milliseconds(300);
    const auto begin = Clock::now();
    const auto exchange = transport_->post(reach, "a=1");
    EXPECT_EQ(read_all(*transport_, *exchange), "[1,2");
    EXPECT_EQ(exchange->outcome().failure, Failure::Stall);
    EXPECT_EQ(exchange->outcome().phase, Phase::Body);
    EXPECT_EQ(exchange->outcome().http_status, 200);
    EXPECT_GE(since(begin), 490);
    EXPECT_LT(since(begin), 900);
}

TEST_F(LimitsTest, StallWhileSending) {
    Server server([](Peer& peer) {
        nap(1500);
        peer.reset();
    });
    Reach reach = server.reach();
    reach.stall_timeout = Milliseconds(300);
    const Outcome outcome = finish(reach, "a=" + std::string(64 << 20, 'x'));
    EXPECT_EQ(outcome.failure, Failure::Stall) << outcome.detail;
    EXPECT_EQ(outcome.phase, Phase::Send);
}

TEST_F(LimitsTest, SlowDripIsNoStall) {
    Server server([](Peer& peer) {
        peer.request();
        peer.send("HTTP/1.1 200 OK\r\n");
        for (int i = 0; i < 5; ++i) {
            nap(100);
            peer.send("X-Drip: x\r\n");
        }
        peer.send("Content-Length: 10\r\n\r\n");
        for (int i = 0; i < 10; ++i) {
            nap(100);
            peer.send("x");
        }
    });
    Reach reach = server.reach();
    reach.stall_timeout = Milliseconds(400);
    const Outcome outcome = finish(reach);
    EXPECT_EQ(outcome.failure, Failure::None) << outcome.detail;
    EXPECT_GE(outcome.elapsed.count(), 1450);
}

TEST_F(LimitsTest, TotalLimit) {
    Server server([](Peer& peer) {
        peer.request();
        peer.send(kChunkedHead);
        while (peer.send("1\r\nx\r\n")) nap(20);
    });
    Reach reach = server.reach();
    reach.request_timeout = Milliseconds(500);
    const auto begin = Clock::now();
    const Outcome outcome = finish(reach);
    EXPECT_EQ(outcome.failure, Failure::Timeout);
    EXPECT_EQ(outcome.phase, Phase::Body);
    EXPECT_GT(outcome.body_bytes, 5U);
    EXPECT_GE(since(begin), 490);
    EXPECT_LT(since(begin), 800);
}

TEST_F(LimitsTest, ALimitOfZeroIsNone) {
    Server server([](Peer& peer) {
        peer.request();
        nap(300);
        peer.answer("ok");
    });
    Reach reach = server.reach();
    reach.connect_timeout = reach.stall_timeout = reach.request_timeout = Milliseconds(0);
    EXPECT_EQ(finish(reach).failure, Failure::None);
}

TEST_F(LimitsTest, AnIdleCursorIsNoStall) {
    Server server([](Peer& peer) {
        peer.request();
        peer.send(std::string(kHead) + std::string(50, 'x'));
        nap(1700);
        peer.send(std::string(50, 'x'));
    });
    Reach reach = server.reach();
    reach.stall_timeout = Milliseconds(700);
    reach.request_timeout = Milliseconds(1200);
    const auto exchange = transport_->post(reach, "a=1");
    EXPECT_TRUE(drive_until(*transport_, [&] { return exchange->inbox().size() == 50; }));
    nap(1300);  // somebody fetches no rows for a while
    EXPECT_EQ(read_all(*transport_, *exchange).size(), 100U);
    EXPECT_EQ(exchange->outcome().failure, Failure::None) << exchange->outcome().detail;
    EXPECT_LT(exchange->outcome().elapsed.count(), 900);
}

TEST_F(LimitsTest, AnIdleCursorIsNoSlowConnect) {
    Server server([](Peer& peer) { peer.linger_on(); });
    Reach reach = server.reach("https");
    reach.connect_timeout = Milliseconds(1000);
    const auto exchange = transport_->post(reach, "a=1");
    drive_until(*transport_, [&] { return server.connections() == 1; });
    nap(1500);
    const auto back = Clock::now();
    transport_->drive();
    EXPECT_FALSE(exchange->done()) << exchange->outcome().detail;
    read_all(*transport_, *exchange);
    EXPECT_EQ(exchange->outcome().failure, Failure::Timeout);
    EXPECT_GE(since(back), 400);
    EXPECT_LT(since(back), 1400);
}

TEST_F(LimitsTest, AnAbsenceBeforeTheRequestIsNotCredited) {
    Server server([](Peer& peer) {
        peer.request();
        peer.linger_on();
    });
    const auto running = transport_->post(server.reach(), "a=1");
    transport_->drive();
    nap(1500);
    Reach reach = server.reach();
    reach.stall_timeout = Milliseconds(300);
    const auto begin = Clock::now();
    EXPECT_EQ(finish(reach).failure, Failure::Stall);
    EXPECT_LT(since(begin), 600);
}

// Sends `total` bytes as fast as they are taken.
Server::Script flood(size_t total, std::atomic<size_t>& sent) {
    return [total, &sent](Peer& peer) {
        peer.request();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(total) + "\r\n\r\n");
        std::string piece(1 << 16, '\0');
        for (size_t at = 0; at < total; at += piece.size()) {
            for (size_t i = 0; i < piece.size(); ++i) piece[i] = static_cast<char>((at + i) % 251);
            if (!peer.send(piece)) return;
            sent += piece.size();
        }
    };
}

TEST_F(LimitsTest, ASlowReaderPausesTheTransfer) {
    constexpr size_t kTotal = size_t{32} << 20;
    std::atomic<size_t> sent = 0;
    Server server(flood(kTotal, sent));
    Reach reach = server.reach();
    reach.stall_timeout = Milliseconds(300);
    reach.request_timeout = Milliseconds(2500);
    const auto exchange = transport_->post(reach, "a=1");
    exchange->set_high_water(1 << 20);
    int wakes = 0;
    const auto begin = Clock::now();
    while (since(begin) < 3000) {
        wait(*transport_, 100);
        if (++wakes < 100'000) transport_->drive();
    }
    // It neither stalls nor ends, nor grows, nor spins.
    EXPECT_FALSE(exchange->done()) << exchange->outcome().detail;
    EXPECT_GE(exchange->inbox().size(), size_t{1} << 20);
    EXPECT_LT(exchange->inbox().size(), (size_t{1} << 20) + (64 << 10));
    EXPECT_LT(sent, size_t{24} << 20);
    EXPECT_LT(wakes, 400);

    const std::string body = read_all(*transport_, *exchange);
    EXPECT_EQ(exchange->outcome().failure, Failure::None) << exchange->outcome().detail;
    ASSERT_EQ(body.size(), kTotal);
    size_t wrong = 0;
    for (size_t i = 0; i < kTotal; ++i) {
        wrong += body[i] != static_cast<char>(i % 251);
    }
    EXPECT_EQ(wrong, 0U);
}

TEST_F(LimitsTest, ReadingWakesAPausedTransfer) {
    // A reader that waits between reading and driving must not lose a heartbeat each time.
    constexpr size_t kTotal = size_t{16} << 20;
    std::atomic<size_t> sent = 0;
    Server server(flood(kTotal, sent));
    const auto exchange = transport_->post(server.reach(), "a=1");
    exchange->set_high_water(100'000);
    const auto begin = Clock::now();
    EXPECT_EQ(read_all(*transport_, *exchange).size(), kTotal);
    EXPECT_LT(since(begin), 3000);  // 160 pauses of half a second would be 80 s
}

TEST_F(LimitsTest, AReaderThatNeedsMoreAtOnce) {
    std::atomic<size_t> sent = 0;
    Server server(flood(4 << 20, sent));
    const auto exchange = transport_->post(server.reach(), "a=1");
    exchange->set_high_water(1000);
    const auto full = [&] { return exchange->inbox().size() >= 1000; };
    EXPECT_TRUE(drive_until(*transport_, full));
    for (size_t mark = exchange->inbox().size(); !exchange->done(); mark += mark / 8 + 1) {
        exchange->set_high_water(mark);
        EXPECT_TRUE(drive_until(
            *transport_, [&] { return exchange->inbox().size() >= mark || exchange->done(); },
            400));
    }
    EXPECT_EQ(exchange->inbox().size(), size_t{4} << 20);
}

TEST_F(LimitsTest, OnePausedOthersRun) {
    std::atomic<size_t> sent = 0;
    Server server(flood(8 << 20, sent));
    const auto paused = transport_->post(server.reach(), "a=1");
    const auto other = transport_->post(server.reach(), "a=1");
    EXPECT_EQ(read_all(*transport_, *other).size(), size_t{8} << 20);
    EXPECT_FALSE(paused->done());
    EXPECT_EQ(read_all(*transport_, *paused).size(), size_t{8} << 20);
}

// Destroys a running exchange; says how long that took.
int64_t cancelled_after(Transport& transport, const Reach& reach, const std::function<bool()>& at,
                        int more_milliseconds = 50) {
    auto exchange = transport.post(reach, "a=1");
    EXPECT_TRUE(drive_until(transport, at));
    drive_until(
        transport, [] { return false; }, more_milliseconds);
    EXPECT_FALSE(exchange->done()) << exchange->outcome().detail;
    const auto begin = Clock::now();
    exchange.reset();
    EXPECT_EQ(transport.running(), 0U);
    transport.drive();
    return since(begin);
}

TEST_F(LimitsTest, CancelWhileResolving) {
    Reach reach;
    reach.endpoint = "http://slow.test/";
    const int before = lookups;
    EXPECT_LT(cancelled_after(*transport_, reach, [&] { return lookups > before; }), 50);
    const auto begin = Clock::now();
    transport_.reset();
    EXPECT_LT(since(begin), 50);
}

TEST_F(LimitsTest, CancelWhileConnecting) {
    const Blackhole blackhole;
    Reach reach;
    reach.endpoint = "http://127.0.0.1:" + std::to_string(blackhole.port()) + "/";
    EXPECT_LT(cancelled_after(*transport_, reach, [] { return true; }), 50);
}

TEST_F(LimitsTest, CancelInTls) {
    Server server([](Peer& peer) { peer.linger_on(); });
    const auto connected = [&] { return server.connections() == 1; };
    EXPECT_LT(cancelled_after(*transport_, server.reach("https"), connected), 50);
}

TEST_F(LimitsTest, CancelBeforeTheFirstByte) {
    std::atomic<bool> heard = false;
    Server server([&](Peer& peer) {
        peer.request();
        heard = true;
        peer.linger_on();
    });
    EXPECT_LT(cancelled_after(*transport_, server.reach(), [&] { return heard.load(); }), 50);
}

TEST_F(LimitsTest, CancelWithinTheBody) {
    std::atomic<bool> sent = false;
    Server server([&](Peer& peer) {
        peer.request();
        peer.send(std::string(kHead) + "[1,2");
        sent = true;
        peer.linger_on();
    });
    EXPECT_LT(cancelled_after(*transport_, server.reach(), [&] { return sent.load(); }), 50);
}

TEST_F(LimitsTest, CancelWhilePaused) {
    std::atomic<size_t> sent = 0;
    Server server(flood(32 << 20, sent));
    EXPECT_LT(cancelled_after(*transport_, server.reach(), [&] { return sent > (2 << 20); }), 50);
}

TEST_F(LimitsTest, CancelOneOfMany) {
    Server server([](Peer& peer) {
        while (!peer.request().empty()) {
            nap(100);
            peer.answer("ok");
        }
    });
    std::vector<std::unique_ptr<Exchange>> exchanges;
    for (int i = 0; i < 20; ++i) exchanges.push_back(transport_->post(server.reach(), "a=1"));
    transport_->drive();
    for (int i = 0; i < 20; i += 2) exchanges[i].reset();
    for (int i = 1; i < 20; i += 2) EXPECT_EQ(read_all(*transport_, *exchanges[i]), "ok");
    EXPECT_EQ(transport_->running(), 0U);
    transport_->close_idle();
}

TEST_F(LimitsTest, AnExchangeMayOutliveItsTransport) {
    Server server([](Peer& peer) {
        peer.request();
        peer.send(std::string(kHead) + "[1,2");
        peer.linger_on();
    });
    auto running = transport_->post(server.reach(), "a=1");
    EXPECT_TRUE(drive_until(*transport_, [&] { return running->inbox().size() == 4; }));
    transport_.reset();
    EXPECT_EQ(running->inbox().view(), "[1,2");
    running->inbox().consume(4);
    running.reset();
}

TEST_F(LimitsTest, NoDescriptorIsLeaked) {
    Server server([](Peer& peer) {
        if (peer.request().empty()) return;
        peer.send(std::string(kHead) + "[1,2");
        peer.reset();
    });
    Reach refused;
    refused.endpoint = "http://127.0.0.1:1/";
    finish(refused);
    finish(server.reach());
    const size_t before = open_descriptors();
    for (int i = 0; i < 200; ++i) {
        EXPECT_EQ(finish(refused).failure, Failure::Connect);
        EXPECT_EQ(finish(server.reach()).failure, Failure::Cut);
        const auto cancelled = transport_->post(server.reach(), "a=1");
        transport_->drive();
    }
    // The server's last sockets may not be closed yet.
    for (int i = 0; i < 100 && open_descriptors() > before; ++i) nap(10);
    EXPECT_LE(open_descriptors(), before);
}

TEST_F(LimitsTest, DescriptorsAreNotInherited) {
    Server server([](Peer& peer) {
        peer.request();
        peer.linger_on();
    });
    const auto exchange = transport_->post(server.reach(), "a=1");
    drive_until(*transport_, [&] { return server.connections() == 1; });
    for (int descriptor = 3; descriptor < 256; ++descriptor) {
        char target[256] = {};
        const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
        if (readlink(link.c_str(), target, sizeof target - 1) < 0) continue;
        sockaddr_in peer{};
        socklen_t length = sizeof peer;
        const bool ours =
            std::string(target).find("eventpoll") != std::string::npos ||
            std::string(target).find("timerfd") != std::string::npos ||
            (getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &length) == 0 &&
             peer.sin_family == AF_INET && ntohs(peer.sin_port) == server.port());
        EXPECT_TRUE(!ours || (fcntl(descriptor, F_GETFD) & FD_CLOEXEC) != 0) << target;
    }
}

}  // namespace
