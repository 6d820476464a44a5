#include "front.h"

#include <netinet/tcp.h>
#include <rapidjson/document.h>

#include <fstream>
#include <iostream>
#include <thread>

#include "body.h"

namespace sim {

namespace {

constexpr const char* kEndpoint = "/webservice/rest/server.php";
constexpr size_t kThreads = 300;

const char* kMaintenancePage =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><title>Simulated Moodle under maintenance</title>"
    "</head><body><h1>Site is undergoing maintenance</h1></body></html>";

void plain(httplib::Response& response, int status, const std::string& body, const char* type) {
    response.status = status;
    response.set_content(body, type);
}

std::string repeated(const std::string& text, int64_t count) {
    std::string all;
    for (int64_t i = 0; i < count; i++) all += text;
    return all;
}

// Bodies that are wrong as a whole.
std::optional<std::string> wrong_body(const Fault& fault) {
    if (fault.kind == "garbage") return std::string("\x1f\x8b\x00\xfe garbage \x01\x02", 20);
    if (fault.kind == "html_page") return "<html><body><h1>It works!</h1></body></html>";
    if (fault.kind == "empty_body") return "";
    if (fault.kind == "deep_nesting") {
        return "[" + repeated("{\"a\":[", 5000) + repeated("]}", 5000) + "]";
    }
    if (fault.kind == "lone_surrogate") {
        return R"({"users":[{"id":3,"username":"x","lastname":"\ud83e"}],"warnings":[]})";
    }
    if (fault.kind == "wrong_types") {
        return R"({"users":[{"id":"three","username":[1],"suspended":{"no":1}}],)"
               R"("warnings":[{"item":"everyone"}]})";
    }
    if (fault.kind == "duplicate_keys") {
        return R"({"users":[{"id":3,"id":4,"username":"first","username":"last"}],)"
               R"("warnings":[{"item":"everyone"}]})";
    }
    return std::nullopt;
}

}  // namespace

Front::Front(const Options& options) : options_(options), site_(options), latency_(options) {
    if (!options.replay.empty()) replay_ = std::make_unique<Replay>(options.replay);
    server_.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    server_.set_keep_alive_max_count(100'000'000);
    server_.set_keep_alive_timeout(3600);
    server_.set_read_timeout(3600);
    server_.set_write_timeout(3600);
    server_.set_tcp_nodelay(true);
    const auto handler = [this](const httplib::Request& request, httplib::Response& response) {
        serve(request, response);
    };
    // Moodle itself never compresses; the library would, at more cost than making the answer.
    server_.set_pre_routing_handler([](const httplib::Request& request, httplib::Response&) {
        const_cast<httplib::Request&>(request).headers.erase("Accept-Encoding");
        return httplib::Server::HandlerResponse::Unhandled;
    });
    server_.Post(kEndpoint, handler);
    server_.Get(kEndpoint, handler);
    add_control();
}

int Front::run() {
    const int port = options_.port == 0 ? server_.bind_to_any_port("127.0.0.1") : options_.port;
    if (port < 0 || (options_.port != 0 && !server_.bind_to_port("127.0.0.1", port))) {
        std::cerr << "moodle_sim: cannot listen on port " << options_.port << "\n";
        return 1;
    }
    if (!options_.port_file.empty()) std::ofstream(options_.port_file) << port << "\n";
    std::cout << "listening on " << port << std::endl;
    return server_.listen_after_bind() ? 0 : 1;
}

std::optional<Answer> Front::refuse_token(const std::string& token, Caller& caller) {
    static const std::map<std::string, Caller> known = {{"simadmin", Caller::Admin},
                                                        {"simteacher", Caller::Teacher},
                                                        {"simstudent", Caller::Student},
                                                        {"simnoident", Caller::NoIdentity}};
    if (const auto found = known.find(token); found != known.end()) {
        caller = found->second;
        return std::nullopt;
    }
    if (token == "simsuspended") {
        return refused("core\\exception\\moodle_exception", "wsaccessusersuspended",
                       "Refused web service access for suspended username: simsuspended");
    }
    const std::lock_guard lock(tokens_mutex_);
    if (token == "simexpired" && !expired_said_) {
        expired_said_ = true;
        return refused("webservice_access_exception", "accessexception",
                       "Access control exception");
    }
    return refused("core\\exception\\moodle_exception", "invalidtoken",
                   "Invalid token - token not found");
}

Answer Front::answer_to(const std::string& function, const Arguments& arguments) {
    Caller caller = Caller::Admin;
    if (auto no = refuse_token(arguments.get("wstoken", ""), caller)) return *no;
    const auto known = functions().find(function);
    const bool hidden = function == "core_role_get_all_roles" && !options_.plugin_roles;
    if (known == functions().end() || hidden) return no_record("external_functions");
    return known->second({site_, arguments, caller});
}

bool Front::serve_recording(const Arguments& arguments, httplib::Response& response) {
    if (replay_ == nullptr) return false;
    const auto recording = replay_->find(arguments);
    if (!recording) {
        std::string text = "not recorded:";
        for (const auto& [name, value] : arguments.all()) {
            if (name != "wstoken") text += " " + name + "=" + value;
        }
        plain(response, 501, text, "text/plain");
        return true;
    }
    response.status = recording->status;
    if (!recording->retry_after.empty()) response.set_header("Retry-After", recording->retry_after);
    if (!recording->location.empty()) response.set_header("Location", recording->location);
    response.set_content(recording->body, recording->content_type.c_str());
    return true;
}

// True when the fault is the whole answer; else it changes the body on its way.
bool Front::serve_fault(const Fault& fault, const httplib::Request& request,
                        httplib::Response& response) {
    if (fault.kind == "stall_before") {
        for (int i = 0; i < 12'000 && !response.content_provider_; i++) {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        return true;
    }
    if (fault.kind == "reset") {
        reset_connection(request.remote_port);
        return true;
    }
    if (fault.kind == "http_status") {
        if (!fault.retry_after.empty()) response.set_header("Retry-After", fault.retry_after);
        if (!fault.location.empty()) response.set_header("Location", fault.location);
        plain(response, fault.status, fault.body, "text/html");
        return true;
    }
    if (fault.kind == "maintenance") {
        response.set_header("Retry-After", fault.retry_after.empty() ? "60" : fault.retry_after);
        plain(response, 503, kMaintenancePage, "text/html; charset=utf-8");
        return true;
    }
    if (fault.kind == "huge_header") response.set_header("X-Huge", std::string(600'000, 'h'));
    if (fault.kind == "cut_with_length") {
        const std::string body(static_cast<size_t>(fault.after_bytes), ' ');
        response.set_content_provider(body.size() + 1000, "application/json",
                                      [body](size_t offset, size_t, httplib::DataSink& sink) {
                                          return offset == 0 &&
                                                 sink.write(body.data(), body.size()) && false;
                                      });
        return true;
    }
    if (fault.kind == "huge_body") {
        const int64_t total = fault.bytes > 0 ? fault.bytes : INT64_MAX;
        response.set_chunked_content_provider("application/json",
                                              [total](size_t offset, httplib::DataSink& sink) {
                                                  static const std::string spaces(65'536, ' ');
                                                  if (static_cast<int64_t>(offset) >= total)
                                                      sink.done();
                                                  return sink.write(spaces.data(), spaces.size());
                                              });
        return true;
    }
    const char* type = fault.kind == "html_page" ? "text/html" : "application/json";
    if (const auto body = wrong_body(fault)) {
        plain(response, 200, *body, type);
        return true;
    }
    return false;
}

void Front::serve(const httplib::Request& request, httplib::Response& response) {
    const bool token_in_url = request.target.find("wstoken=") != std::string::npos;
    const size_t query = request.target.find('?');
    std::string form = request.body;
    if (form.empty() && query != std::string::npos) form = request.target.substr(query + 1);
    const Arguments arguments = Arguments::parse(form, options_.max_input_vars);
    const std::string function = arguments.get("wsfunction", "");
    stats_.begin(function, arguments, token_in_url, request.get_header_value("User-Agent"),
                 request.remote_port);

    std::optional<Fault> fault = faults_.take(function, arguments);
    if (fault && fault->kind == "delay_ms") {
        std::this_thread::sleep_for(std::chrono::milliseconds(fault->ms));
        fault.reset();
    }
    if (fault && serve_fault(*fault, request, response)) return stats_.end(0);
    if (serve_recording(arguments, response)) {
        return stats_.end(static_cast<int64_t>(response.body.size()));
    }

    Answer answer = fault && fault->kind == "moodle_error"
                        ? refused(fault->exception, fault->errorcode, fault->message)
                        : answer_to(function, arguments);
    if (fault && fault->kind == "fail_over_users" && answer.rows > fault->limit) {
        plain(response, fault->status, fault->body, "text/html");
        return stats_.end(0);
    }
    latency_.take(answer.rows);
    latency_.release();
    if (arguments.get("moodlewsrestformat", "") != "json") {
        plain(response, 200, "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<RESPONSE></RESPONSE>\n",
              "application/xml; charset=utf-8");
        return stats_.end(0);
    }
    if (fault && fault->kind == "wrong_content_type") response.set_header("X-Fault", "type");
    send_body(response, answer, fault, request.remote_port,
              [this](int64_t bytes) { stats_.end(bytes); });
    if (fault && fault->kind == "wrong_content_type") {
        response.set_header("Content-Type", "text/html; charset=utf-8");
    }
}

void Front::add_control() {
    using Request = httplib::Request;
    using Response = httplib::Response;
    server_.Post("/__sim/faults", [this](const Request& request, Response& response) {
        const auto problem = faults_.add(request.body);
        plain(response, problem ? 400 : 200, problem.value_or("ok"), "text/plain");
    });
    server_.Delete("/__sim/faults", [this](const Request&, Response& response) {
        faults_.clear();
        plain(response, 200, "ok", "text/plain");
    });
    server_.Get("/__sim/stats", [this](const Request&, Response& response) {
        plain(response, 200, stats_.as_json(), "application/json");
    });
    server_.Get("/__sim/requests", [this](const Request&, Response& response) {
        plain(response, 200, stats_.requests_as_json(), "application/json");
    });
    server_.Post("/__sim/reset", [this](const Request&, Response& response) {
        stats_.reset();
        plain(response, 200, "ok", "text/plain");
    });
    server_.Post("/__sim/latency", [this](const Request& request, Response& response) {
        const bool read = latency_.set(request.body);
        plain(response, read ? 200 : 400, read ? "ok" : "a JSON object was expected", "text/plain");
    });
    server_.Post("/__sim/mutate", [this](const Request& request, Response& response) {
        rapidjson::Document change;
        change.Parse(request.body.c_str());
        if (change.HasParseError() || !change.IsObject()) {
            return plain(response, 400, "a JSON object was expected", "text/plain");
        }
        if (change.HasMember("add_users")) site_.add_users(change["add_users"].GetInt64());
        if (change.HasMember("rename_user")) {
            site_.rename_user(change["rename_user"].GetInt64(), change["lastname"].GetString());
        }
        if (change.HasMember("delete_user")) site_.delete_user(change["delete_user"].GetInt64());
        if (change.HasMember("bump_grade")) {
            site_.bump_grade(change["bump_grade"].GetInt64(), change["user"].GetInt64());
        }
        plain(response, 200, "ok", "text/plain");
    });
}

}  // namespace sim
