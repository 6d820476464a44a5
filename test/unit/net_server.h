// A server of raw sockets on loopback: a test says byte by byte, and pause by pause, what it does.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "net/transport.h"

namespace net_test {

inline void nap(int milliseconds) {
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

// One accepted connection, as the script of a test sees it.
class Peer {
  public:
    explicit Peer(int socket) : socket_(socket) {}
    ~Peer() {
        if (socket_ >= 0) close(socket_);
    }
    Peer(const Peer&) = delete;

    // Head and body of one request, or nothing when the client went away.
    std::string request() {
        std::string bytes;
        size_t wanted = 0;
        while (wanted == 0 || bytes.size() < wanted) {
            char chunk[65536];
            const ssize_t count = recv(socket_, chunk, sizeof chunk, 0);
            if (count <= 0) return {};
            bytes.append(chunk, static_cast<size_t>(count));
            const size_t end = bytes.find("\r\n\r\n");
            if (wanted == 0 && end != std::string::npos) wanted = end + 4 + length_in(bytes);
        }
        return bytes;
    }

    // False when the client went away.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count <= 0) return false;
            sent_ += static_cast<size_t>(count);
            bytes.remove_prefix(static_cast<size_t>(count));
        }
        return true;
    }

    bool answer(std::string_view body, std::string_view fields = {},
                std::string_view status = "200 OK") {
        return send("HTTP/1.1 " + std::string(status) +
                    "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
                    std::string(fields) + "\r\n" + std::string(body));
    }

    // Ends with a reset instead of a proper close.
    void reset() {
        const linger at_once{1, 0};
        setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        hang_up();
    }

    void hang_up() {
        close(socket_);
        socket_ = -1;
    }

    // Waits until the client has gone.
    void linger_on() {
        char byte;
        while (recv(socket_, &byte, 1, 0) > 0) {
        }
    }

    size_t sent() const { return sent_; }

  private:
    static size_t length_in(const std::string& head) {
        const size_t at = head.find("Content-Length: ");
        return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
    }

    int socket_;
    std::atomic<size_t> sent_ = 0;
};

class Server {
  public:
    using Script = std::function<void(Peer&)>;

    explicit Server(Script script) : script_(std::move(script)) {
        listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        bind(listener_, reinterpret_cast<sockaddr*>(&address), length);
        listen(listener_, 256);
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
        port_ = ntohs(address.sin_port);
        acceptor_ = std::thread([this] { accept_all(); });
    }

    // The clients must be gone before: a script may wait for that.
    ~Server() {
        shutdown(listener_, SHUT_RDWR);
        acceptor_.join();
        for (std::thread& thread : scripts_) thread.join();
        close(listener_);
    }

    int port() const { return port_; }
    int connections() const { return connections_; }
    std::string url(const std::string& scheme = "http") const {
        return scheme + "://127.0.0.1:" + std::to_string(port_) + "/webservice/rest/server.php";
    }
    moodle_fdw::net::Reach reach(const std::string& scheme = "http") const {
        moodle_fdw::net::Reach reach;
        reach.endpoint = url(scheme);
        return reach;
    }

  private:
    void accept_all() {
        for (;;) {
            const int socket = accept(listener_, nullptr, nullptr);
            if (socket < 0) return;
            ++connections_;
            scripts_.emplace_back([this, socket] {
                Peer peer(socket);
                script_(peer);
            });
        }
    }

    Script script_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<int> connections_ = 0;
    std::thread acceptor_;
    std::vector<std::thread> scripts_;
};

// A socket that listens and never accepts, its queue full: connecting to it hangs.
class Blackhole {
  public:
    Blackhole() {
        listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        bind(listener_, reinterpret_cast<sockaddr*>(&address), length);
        listen(listener_, 0);
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
        port_ = ntohs(address.sin_port);
        for (int i = 0; i < 4; ++i) {
            const int filler = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
            connect(filler, reinterpret_cast<sockaddr*>(&address), sizeof address);
            fillers_.push_back(filler);
        }
        nap(50);
    }
    ~Blackhole() {
        for (const int filler : fillers_) close(filler);
        close(listener_);
    }
    int port() const { return port_; }

  private:
    int listener_ = -1;
    int port_ = 0;
    std::vector<int> fillers_;
};

using moodle_fdw::net::Clock;
using moodle_fdw::net::Exchange;
using moodle_fdw::net::Transport;

inline int64_t since(Clock::time_point moment) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - moment).count();
}

// Waits on the descriptor as a backend does. False when nothing happened for that long.
inline bool wait(Transport& transport, int milliseconds = 5000) {
    pollfd entry{transport.wait_fd(), POLLIN, 0};
    return poll(&entry, 1, milliseconds) > 0;
}

// Goes on until `until` holds; false when it took too long.
inline bool drive_until(Transport& transport, const std::function<bool()>& until,
                        int milliseconds = 10'000) {
    const auto begin = Clock::now();
    while (!until()) {
        if (since(begin) > milliseconds || !wait(transport)) return false;
        transport.drive();
    }
    return true;
}

// Reads everything as it comes.
inline std::string read_all(Transport& transport, Exchange& exchange) {
    std::string body;
    drive_until(transport, [&] {
        const std::string_view bytes = exchange.inbox().view();
        body += bytes;
        exchange.inbox().consume(bytes.size());
        return exchange.done() && exchange.inbox().empty();
    });
    return body;
}

}  // namespace net_test
