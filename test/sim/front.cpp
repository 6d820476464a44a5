#include "front.h"

#include <sys/socket.h>

#include <chrono>
#include <ctime>
#include <fstream>
#include <iostream>
#include <thread>

#include "connection.h"
#include "growing_pool.h"
#include "settings.h"
#include "typed.h"
#include "wrong_reply.h"
#include "xml_out.h"

namespace sim {

namespace {

constexpr int64_t kRowsHeld = 1000;
constexpr char kEndpoint[] = "/webservice/rest/server.php(/.*)?";

// SO_REUSEPORT, the library's default, would let two simulators share a port.
void set_socket_options(int socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

std::string read_body(const httplib::Request& request, const httplib::ContentReader& reader) {
    std::string body;
    const auto append = [&](const char* bytes, size_t count) {
        body.append(bytes, count);
        return true;
    };
    if (request.is_multipart_form_data()) {
        reader([](const httplib::MultipartFormData&) { return true; },
               [](const char*, size_t) { return true; });
    } else {
        reader(append);
    }
    return body;
}

// Moodle itself never compresses, and knows no ranges; the library would, at its own cost. Of a
// body without a length it would wait for the end.
void prepare(httplib::Request& request, bool gzip) {
    if (!gzip) request.headers.erase("Accept-Encoding");
    request.headers.erase("Range");
    request.ranges.clear();
    if (!request.has_header("Content-Length") && !request.has_header("Transfer-Encoding")) {
        request.set_header("Content-Length", "0");
    }
}

std::string http_date(time_t at) {
    tm parts{};
    gmtime_r(&at, &parts);
    char text[64];
    return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

// What a site says that answers nobody, or nobody who calls it by another name.
std::optional<Reply> closed_reply(const Options& site, const std::string& host) {
    Fault fault;
    if (!site.maintenance.empty()) {
        fault.kind = "maintenance";
        fault.mode = site.maintenance;
        return wrong_reply(fault);
    }
    if (!site.web_services) return whole_reply(403, "text/html; charset=utf-8", "");
    const size_t slashes = site.wwwroot.find("//");
    const std::string named = slashes == std::string::npos ? "" : site.wwwroot.substr(slashes + 2);
    if (!site.strict_wwwroot || host == named.substr(0, named.find('/'))) return std::nullopt;
    fault.kind = "http_status";
    fault.status = 303;
    fault.location = site.wwwroot + "/webservice/rest/server.php";
    return wrong_reply(fault);
}

// What the site does before it thinks of an answer. True = there will be none.
bool interrupts(const Fault& fault, int remote_port, const Faults& faults) {
    Connection connection(remote_port);
    if (fault.delay_ms > 0 && !stall(fault.delay_ms, remote_port, faults)) {
        // Cleared while it waited: goes on at once.
        if (!connection.alive()) return true;
    }
    if (fault.kind == "stall_before" && !stall(fault.ms, remote_port, faults)) {
        connection.close();
        return true;
    }
    if (fault.kind == "delay_ms") stall(fault.ms, remote_port, faults);
    if (fault.kind == "reset") {
        connection.reset();
        return true;
    }
    if (fault.kind == "cut_header") {
        connection.send("HTTP/1.1 200 OK\r\nContent-Type: appli");
        connection.close();
        return true;
    }
    return false;
}

}  // namespace

void Front::Server::lengthen_backlog() {
    ::listen(svr_sock_, 4096);
}

Front::Front(const Options& options)
    : options_(options), site_(options), tokens_(options), latency_(options) {
    if (!options.replay.empty()) replay_ = std::make_unique<Replay>(options.replay);
    server_.new_task_queue = [] { return new GrowingPool; };
    server_.set_socket_options(set_socket_options);
    server_.set_keep_alive_max_count(100'000'000);
    server_.set_keep_alive_timeout(3600);
    server_.set_read_timeout(3600);
    server_.set_write_timeout(3600);
    server_.set_tcp_nodelay(true);
    server_.set_pre_routing_handler([this](const httplib::Request& request, auto&) {
        prepare(const_cast<httplib::Request&>(request), site_.options().gzip);
        return httplib::Server::HandlerResponse::Unhandled;
    });
    add_endpoint();
    add_control();
    add_changes();
}

int Front::run() {
    int port = options_.port;
    if (port == 0) {
        port = server_.bind_to_any_port(options_.bind);
    } else if (!server_.bind_to_port(options_.bind, port)) {
        port = -1;
    }
    if (port < 0) {
        std::cerr << "moodle_sim: cannot listen on " << options_.bind << ", port " << options_.port
                  << "\n";
        return 1;
    }
    server_.lengthen_backlog();
    if (!options_.port_file.empty()) std::ofstream(options_.port_file) << port << "\n";
    std::cout << "listening on " << port << std::endl;
    return server_.listen_after_bind() ? 0 : 1;
}

void Front::add_endpoint() {
    using Request = httplib::Request;
    using Response = httplib::Response;
    const auto bare = [this](const Request& request, Response& response) {
        serve(request, "", response);
    };
    // Read by a handler of ours: the library refuses forms of more than 8 KiB.
    const auto with_body = [this](const Request& request, Response& response,
                                  const httplib::ContentReader& reader) {
        serve(request, read_body(request, reader), response);
    };
    server_.Post(kEndpoint, with_body);
    server_.Put(kEndpoint, with_body);
    server_.Get(kEndpoint, bare);
    server_.Options(kEndpoint, bare);
    server_.Delete(kEndpoint, with_body);
    server_.set_error_handler([](const Request&, Response& response) {
        if (response.status == 404 && response.body.empty() && !response.content_provider_) {
            response.set_content(page_of(404), "text/html; charset=UTF-8");
        }
    });
}

void Front::serve(const httplib::Request& request, const std::string& form,
                  httplib::Response& response) {
    auto arguments = std::make_shared<Arguments>();
    const size_t query = request.target.find('?');
    if (query != std::string::npos) {
        arguments->read(std::string_view(request.target).substr(query + 1),
                        site_.options().max_input_vars);
    }
    const std::string type = request.get_header_value("Content-Type");
    if (type.empty() || type.starts_with("application/x-www-form-urlencoded")) {
        arguments->read(form, site_.options().max_input_vars);
    }
    const std::string function = arguments->get("wsfunction", "");
    auto visit = std::make_shared<Visit>(
        stats_, Seen{request.method, function, request.get_header_value("User-Agent"),
                     request.get_header_value("Host"), arguments, form.size(),
                     request.target.find("wstoken=") != std::string::npos, request.remote_port,
                     fingerprint(arguments->get("wstoken", ""))});
    const std::optional<Fault> fault = faults_.take(function, *arguments);
    if (fault && interrupts(*fault, request.remote_port, faults_)) return;
    const Options& site = site_.options();
    auto closed = closed_reply(site, request.get_header_value("Host"));
    Reply reply = closed ? std::move(*closed) : reply_to(arguments, fault);
    reply.headers.emplace("Date", http_date(std::time(nullptr) + site.clock_skew));
    if (fault && fault->kind == "wrong_content_type") {
        reply.content_type =
            fault->content_type.empty() ? "text/html; charset=utf-8" : fault->content_type;
    }
    if (fault && fault->kind == "huge_header") {
        const auto size = static_cast<size_t>(fault->bytes > 0 ? fault->bytes : 600'000);
        reply.headers.emplace("X-Huge", std::string(size, 'h'));
    }
    send(response, std::move(reply), fault, request.remote_port, faults_, std::move(visit));
}

Answer Front::answer_to(const std::shared_ptr<const Arguments>& arguments) {
    Caller caller;
    const std::string name = arguments->get("wsfunction", "");
    if (name.empty()) return invalid_parameter();
    if (auto no = tokens_.refuse(arguments->get("wstoken", ""), caller)) return *no;
    const Options& options = site_.options();
    const auto own = functions().find(name);
    const auto declared = catalogue().find(name);
    const bool is_own =
        own != functions().end() && (!own->second.of_plugin || options.plugin_roles);
    const bool is_there = is_own || declared != catalogue().end();
    if (!is_there || !has_function(name, options.version)) return no_record("external_functions");
    // What writes is on the site, and in no service of it.
    if (!is_own && !declared->second.reads) return no_access();
    if (!caller.may_call(name)) return no_access();
    Node given{true, {}, {}};
    for (const auto& [key, node] : arguments->root().members) {
        const bool of_call = key.starts_with("moodlews") || key == "wstoken" || key == "wsfunction";
        if (!of_call) given.members.push_back({key, node});
    }
    const bool takes = is_own && own->second.takes.has_value();
    const Parameter& wanted = takes ? *own->second.takes : declared->second.parameters;
    if (wrong_argument(wanted, given)) return invalid_parameter();
    const Context context{site_, arguments, caller};
    return is_own ? own->second.call(context)
                  : typed_answer(context, name, declared->second.returns);
}

Reply Front::recorded(const Arguments& arguments) {
    const auto recording = replay_->find(arguments);
    if (!recording) {
        std::string text = "not recorded:";
        for (const auto& [name, value] : arguments.all()) {
            if (name != "wstoken") text += " " + name + "=" + value;
        }
        return whole_reply(501, "text/plain", text + "\n");
    }
    Reply reply = whole_reply(recording->status, recording->content_type, recording->body);
    if (!recording->retry_after.empty()) {
        reply.headers.emplace("Retry-After", recording->retry_after);
    }
    if (!recording->location.empty()) reply.headers.emplace("Location", recording->location);
    if (!recording->encoding.empty()) {
        reply.headers.emplace("Content-Encoding", recording->encoding);
    }
    return reply;
}

Reply Front::reply_to(const std::shared_ptr<const Arguments>& arguments,
                      const std::optional<Fault>& fault) {
    const auto arrival = std::chrono::steady_clock::now();
    if (fault) {
        if (auto wrong = wrong_reply(*fault)) return *wrong;
    }
    Answer answer;
    if (fault && fault->kind == "expired_token") {
        answer = tokens_.expire(arguments->get("wstoken", ""));
    } else if (fault && fault->kind == "moodle_error") {
        answer = refused(
            fault->exception.empty() ? "core\\exception\\moodle_exception" : fault->exception,
            fault->errorcode,
            fault->message.empty() ? "error/" + fault->errorcode : fault->message);
    } else if (replay_ != nullptr) {
        return recorded(*arguments);
    } else {
        answer = answer_to(arguments);
    }
    const bool limited =
        fault && (fault->kind == "fail_over_users" || fault->kind == "memory_limit");
    if (limited && answer.rows > fault->limit) {
        const auto status = static_cast<int>(fault->status == 0 ? 500 : fault->status);
        return whole_reply(status, "text/html; charset=utf-8",
                           fault->body.value_or(page_of(status)));
    }
    // PHP works while the caller waits, and here too; only what is too long to hold is made later.
    std::shared_ptr<const std::string> made;
    if (!answer.error && answer.rows <= kRowsHeld) {
        made = std::make_shared<const std::string>(to_json(answer.body));
    }
    latency_.work(answer.rows, arrival);
    Reply reply;
    if (arguments->get("moodlewsrestformat", "") != "json") {
        reply = whole_reply(
            200, "application/xml; charset=utf-8",
            answer.error ? xml_of(*answer.error) : xml_of(made ? *made : to_json(answer.body)));
        reply.headers.emplace("Content-Disposition", "inline; filename=\"response.xml\"");
        return reply;
    }
    reply.headers = {
        {"Cache-Control", "private, must-revalidate, pre-check=0, post-check=0, max-age=0"},
        {"Expires", "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"Pragma", "no-cache"},
        {"Accept-Ranges", "none"},
        {"Access-Control-Allow-Origin", "*"}};
    reply.body = answer.body;
    if (made) reply.body = [made](JsonOut& out) { out.put(*made); };
    if (answer.error) {
        reply.body = [error = *answer.error](JsonOut& out) {
            out.open('{').key("exception").text(error.exception);
            out.key("errorcode")
                .text(error.errorcode)
                .key("message")
                .text(error.message)
                .close('}');
        };
    }
    return reply;
}

}  // namespace sim
