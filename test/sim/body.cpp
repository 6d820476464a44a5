#include "body.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "connection.h"

namespace sim {

namespace {

void sleep_ms(int64_t ms) {
    std::this_thread::sleep_for(std::chrono::milliseconds(ms));
}

std::string repeated(std::string_view text, int64_t count) {
    std::string all;
    all.reserve(text.size() * static_cast<size_t>(count));
    for (int64_t i = 0; i < count; i++) all += text;
    return all;
}

// Where a value of the text type begins, after its quote; npos = nowhere in this part.
size_t text_value(std::string_view json, size_t from) {
    const size_t at = json.find(":\"", from);
    return at == std::string_view::npos ? at : at + 2;
}

// Where an object in a list begins, after its bracket: a record.
size_t record(std::string_view json, size_t from) {
    if (from == 0 && json.starts_with("[{")) return 2;
    size_t at = json.find("[{", from);
    const size_t next = json.find(",{", from);
    at = std::min(at, next);
    return at == std::string_view::npos ? at : at + 2;
}

// Changes one place of a body in which it stays JSON, or nearly.
class Mutation {
  public:
    explicit Mutation(const Fault& fault) : fault_(fault) {}
    static bool is_one(const std::string& kind) {
        static const std::set<std::string> known = {
            "invalid_utf8", "null_bytes",   "control_characters", "lone_surrogate",
            "huge_value",   "deep_nesting", "wrong_types",        "duplicate_keys"};
        return known.contains(kind);
    }
    // Of a part that starts at `from` or later; false when it has no such place.
    bool apply(std::string& json, size_t from) const {
        if (fault_.kind == "wrong_types") return replace_value(json, from);
        const bool in_text = fault_.kind != "deep_nesting" && fault_.kind != "duplicate_keys";
        const size_t at = in_text ? text_value(json, from) : record(json, from);
        if (at == std::string::npos) return false;
        json.insert(at, insertion());
        return true;
    }

  private:
    std::string insertion() const {
        if (fault_.kind == "invalid_utf8") return "\xc3\x28\xff";
        if (fault_.kind == "null_bytes") return std::string(8, '\0');
        if (fault_.kind == "control_characters") return "\x01\n\x1f";
        if (fault_.kind == "lone_surrogate") return "\\ud83e";
        if (fault_.kind == "huge_value") {
            return repeated("x", fault_.bytes > 0 ? fault_.bytes : 10'000'000);
        }
        if (fault_.kind == "duplicate_keys") {
            const std::string key = fault_.key.empty() ? "id" : fault_.key;
            return "\"" + key + "\":" + (fault_.value.empty() ? "-1" : fault_.value) + ",";
        }
        return "\"deep\":" + repeated("[", fault_.depth) + repeated("]", fault_.depth) + ",";
    }
    // The scalar after a key becomes something else.
    bool replace_value(std::string& json, size_t from) const {
        const std::string key = "\"" + (fault_.key.empty() ? "id" : fault_.key) + "\":";
        const size_t found = json.find(key, from);
        if (found == std::string::npos) return false;
        const size_t start = found + key.size();
        size_t end = start;
        if (json[start] == '"') {
            end = json.find('"', start + 1);
            while (end != std::string::npos && json[end - 1] == '\\') end = json.find('"', end + 1);
            if (end == std::string::npos) return false;
            end++;
        } else {
            end = json.find_first_of(",}]", start);
            if (end == std::string::npos) return false;
        }
        json.replace(start, end - start,
                     fault_.value.empty() ? "{\"unexpected\":[1]}" : fault_.value);
        return true;
    }

    const Fault& fault_;
};

// Stands between the writer of an answer and the socket.
class Saboteur {
  public:
    Saboteur(httplib::DataSink& sink, const Fault& fault, int remote_port, const Faults& faults)
        : sink_(sink), fault_(fault), remote_port_(remote_port), faults_(faults) {}

    // False = the connection is to end here.
    bool write(const char* bytes, size_t count) {
        if (!begin()) return false;
        if (done_ || fault_.kind.empty()) return pass(bytes, count);
        if (fault_.kind == "slow_drip") return drip(bytes, count);
        const auto left = static_cast<size_t>(std::max<int64_t>(0, fault_.after_bytes - sent_));
        if (count < left) return pass(bytes, count);
        if (Mutation::is_one(fault_.kind)) {
            std::string json(bytes, count);
            done_ = Mutation(fault_).apply(json, left);
            return pass(json.data(), json.size());
        }
        if (!breaks()) return pass(bytes, count);
        if (!pass(bytes, left)) return false;
        done_ = true;
        return break_here() && pass(bytes + left, count - left);
    }

    bool finish() {
        if (!begin() || (breaks() && !done_)) return break_here();
        if (fault_.kind != "trailing_garbage") return true;
        const std::string tail = fault_.body.value_or("\n<b>Warning</b>: more to come\n");
        return pass(tail.data(), tail.size());
    }
    int64_t sent() const { return sent_; }

  private:
    bool breaks() const {
        return fault_.kind == "stall_body" || fault_.kind == "cut_body" ||
               fault_.kind == "reset_body" || fault_.kind == "bad_chunk";
    }
    // False = the connection is to end.
    bool break_here() {
        Connection connection(remote_port_);
        if (fault_.kind == "stall_body") return stall(fault_.ms, remote_port_, faults_);
        if (fault_.kind == "reset_body") connection.reset();
        if (fault_.kind == "bad_chunk") connection.send("zzz\r\nno chunk\r\n");
        return false;
    }
    // Spaces are JSON's padding: the answer stays right, and becomes as long as one likes.
    bool begin() {
        if (fault_.kind != "huge_body" || done_) return true;
        done_ = true;
        static const std::string spaces(65'536, ' ');
        const int64_t total = fault_.bytes > 0 ? fault_.bytes : INT64_MAX;
        while (sent_ < total) {
            const auto step = std::min<int64_t>(total - sent_, static_cast<int64_t>(spaces.size()));
            if (!pass(spaces.data(), static_cast<size_t>(step))) return false;
        }
        return true;
    }
    bool pass(const char* bytes, size_t count) {
        if (count == 0) return true;
        sent_ += static_cast<int64_t>(count);
        return sink_.write(bytes, count);
    }
    bool drip(const char* bytes, size_t count) {
        const auto step = static_cast<size_t>(std::max<int64_t>(1, fault_.bytes));
        const int64_t clears = faults_.clears();
        for (size_t at = 0; at < count; at += step) {
            if (!pass(bytes + at, std::min(step, count - at))) return false;
            if (faults_.clears() == clears) sleep_ms(std::max<int64_t>(1, fault_.ms));
        }
        return true;
    }

    httplib::DataSink& sink_;
    const Fault& fault_;
    int remote_port_;
    const Faults& faults_;
    int64_t sent_ = 0;
    bool done_ = false;
};

// The head promises all of it, and a part comes.
void send_cut_with_length(httplib::Response& response, const Reply& reply, const Fault& fault,
                          std::shared_ptr<Visit> visit) {
    auto body = std::make_shared<std::string>(to_json(reply.body));
    const auto part =
        std::min(body->size(), static_cast<size_t>(std::max<int64_t>(0, fault.after_bytes)));
    response.set_content_provider(std::max<size_t>(body->size(), part + 1), reply.content_type,
                                  [body, part, visit](size_t, size_t, httplib::DataSink& sink) {
                                      sink.write(body->data(), part);
                                      visit->end(static_cast<int64_t>(part));
                                      return false;
                                  });
}

}  // namespace

Reply whole_reply(int status, std::string content_type, std::string body) {
    Reply reply;
    reply.status = status;
    reply.content_type = std::move(content_type);
    reply.body = [body = std::move(body)](JsonOut& out) { out.put(body); };
    return reply;
}

bool stall(int64_t ms, int remote_port, const Faults& faults) {
    using Clock = std::chrono::steady_clock;
    constexpr int64_t kForever = 3'600'000;
    const int64_t clears = faults.clears();
    const auto end = Clock::now() + std::chrono::milliseconds(ms > 0 ? ms : kForever);
    Connection connection(remote_port);
    while (Clock::now() < end) {
        if (faults.clears() != clears || !connection.alive()) return false;
        sleep_ms(std::clamp<int64_t>(
            std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count(), 1,
            20));
    }
    return true;
}

void send(httplib::Response& response, Reply reply, const std::optional<Fault>& fault,
          int remote_port, const Faults& faults, std::shared_ptr<Visit> visit) {
    response.status = reply.status;
    response.headers = reply.headers;
    if (fault && fault->kind == "cut_body" && fault->with_length) {
        return send_cut_with_length(response, reply, *fault, std::move(visit));
    }
    response.set_chunked_content_provider(
        reply.content_type, [reply, fault = fault.value_or(Fault{}), remote_port, &faults, visit](
                                size_t, httplib::DataSink& sink) {
            Saboteur saboteur(sink, fault, remote_port, faults);
            bool whole = true;
            try {
                JsonOut out(
                    [&](const char* bytes, size_t count) { return saboteur.write(bytes, count); });
                reply.body(out);
                out.flush();
            } catch (const ClientGone&) {
                whole = false;
            }
            whole = whole && saboteur.finish();
            // Counted as ended before the client can know the end and ask for more.
            visit->end(saboteur.sent());
            if (whole) sink.done();
            return whole;
        });
}

}  // namespace sim
