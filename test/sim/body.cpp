#include "body.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

namespace sim {

namespace {

// Longer than any test waits.
constexpr auto kForever = std::chrono::seconds(600);

void sleep_ms(int64_t ms) {
    std::this_thread::sleep_for(std::chrono::milliseconds(ms));
}

// A stall ends when the client goes, so that no thread is held for long.
void stall(const std::function<bool()>& alive) {
    const auto end = std::chrono::steady_clock::now() + kForever;
    while (std::chrono::steady_clock::now() < end && alive()) sleep_ms(50);
}

// Stands between the writer of an answer and the socket.
class Saboteur {
  public:
    Saboteur(httplib::DataSink& sink, const Fault& fault, int remote_port)
        : sink_(sink), fault_(fault), remote_port_(remote_port) {}

    // False = the connection is to end here.
    bool write(const char* bytes, size_t count) {
        const auto left = static_cast<size_t>(std::max<int64_t>(0, fault_.after_bytes - sent_));
        const bool reached = count >= left;
        if (fault_.kind == "slow_drip") return drip(bytes, count);
        if (!reached || done_) return pass(bytes, count);
        if (!pass(bytes, left)) return false;
        done_ = true;
        if (fault_.kind == "stall_body") {
            stall([&] { return sink_.is_writable(); });
            return false;
        }
        if (fault_.kind == "cut_body") return false;
        if (fault_.kind == "reset_body") {
            reset_connection(remote_port_);
            return false;
        }
        const std::string wrong = insertion();
        return pass(wrong.data(), wrong.size()) && pass(bytes + left, count - left);
    }

    bool finish() {
        if (fault_.kind == "cut_body" || fault_.kind == "reset_body") return false;
        const std::string tail = fault_.kind == "trailing_garbage" ? "<b>Warning</b>: more" : "";
        return tail.empty() || pass(tail.data(), tail.size());
    }
    int64_t sent() const { return sent_; }

  private:
    bool pass(const char* bytes, size_t count) {
        if (count == 0) return true;
        sent_ += static_cast<int64_t>(count);
        return sink_.write(bytes, count);
    }
    bool drip(const char* bytes, size_t count) {
        const auto step = static_cast<size_t>(std::max<int64_t>(1, fault_.bytes));
        for (size_t at = 0; at < count; at += step) {
            if (!pass(bytes + at, std::min(step, count - at))) return false;
            sleep_ms(std::max<int64_t>(1, fault_.ms));
        }
        return true;
    }
    // What is put into the body at after_bytes.
    std::string insertion() const {
        if (fault_.kind == "invalid_utf8") return "\xc3\x28\xff";
        if (fault_.kind == "null_bytes") return std::string(8, '\0');
        return "";
    }

    httplib::DataSink& sink_;
    const Fault& fault_;
    int remote_port_;
    int64_t sent_ = 0;
    bool done_ = false;
};

}  // namespace

void reset_connection(int remote_port) {
    for (int fd = 3; fd < 4096; fd++) {
        sockaddr_in peer{};
        socklen_t size = sizeof peer;
        if (getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0) continue;
        if (peer.sin_family != AF_INET || ntohs(peer.sin_port) != remote_port) continue;
        const linger at_once{1, 0};
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        // An unspecified address dissolves the connection: with the linger above, by RST.
        sockaddr unspecified{};
        unspecified.sa_family = AF_UNSPEC;
        connect(fd, &unspecified, sizeof unspecified);
        return;
    }
}

std::string error_json(const MoodleError& error) {
    std::string text;
    JsonOut out([&](const char* bytes, size_t count) {
        text.append(bytes, count);
        return true;
    });
    out.open('{').key("exception").text(error.exception).key("errorcode").text(error.errorcode);
    out.key("message").text(error.message).close('}').flush();
    return text;
}

void send_body(httplib::Response& response, const Answer& answer, const std::optional<Fault>& fault,
               int remote_port, std::function<void(int64_t)> done) {
    auto sent = std::make_shared<int64_t>(0);
    const auto tell = [told = std::make_shared<bool>(false), sent, done] {
        if (!*told) done(*sent);
        *told = true;
    };
    response.set_chunked_content_provider(
        "application/json",
        [answer, fault, remote_port, sent, tell](size_t, httplib::DataSink& sink) {
            const Fault none;
            Saboteur saboteur(sink, fault ? *fault : none, remote_port);
            bool whole = true;
            try {
                JsonOut out([&](const char* bytes, size_t count) {
                    return fault ? saboteur.write(bytes, count)
                                 : (*sent += static_cast<int64_t>(count), sink.write(bytes, count));
                });
                if (answer.error) {
                    out.raw(error_json(*answer.error));
                } else {
                    answer.body(out);
                }
                out.flush();
            } catch (const ClientGone&) {
                whole = false;
            }
            if (fault) *sent = saboteur.sent();
            if (!whole || (fault && !saboteur.finish())) return false;
            // Counted as ended before the client can know the end and ask for more.
            tell();
            sink.done();
            return true;
        },
        [tell](bool) { tell(); });
}

}  // namespace sim
