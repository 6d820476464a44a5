// What a test asks of the simulator itself, under /__sim.
#include <rapidjson/document.h>

#include <map>

#include "front.h"
#include "settings.h"

namespace sim {

namespace {

using Request = httplib::Request;
using Response = httplib::Response;

void plain(Response& response, int status, const std::string& text) {
    response.status = status;
    response.set_content(text, "text/plain");
}

void said(Response& response, const std::optional<std::string>& problem) {
    plain(response, problem ? 400 : 200, problem.value_or("ok"));
}

// {"own":[…],"typed":[…]}: which answers come from the site's data, and which are made up.
std::string functions_as_json(const Options& options) {
    const auto list = [&](JsonOut& out, const char* key, bool own) {
        out.key(key).open('[');
        for (const std::string& name : served_functions(options)) {
            if (functions().contains(name) == own) out.text(name);
        }
        out.close(']');
    };
    return to_json([&](JsonOut& out) {
        out.open('{');
        list(out, "own", true);
        list(out, "typed", false);
        out.close('}');
    });
}

using Change = std::map<std::string, void (Site::*)(int64_t)>;
using PlaceChange = std::map<std::string, void (Site::*)(int64_t, int64_t)>;

const Change& plain_changes() {
    static const Change all = {
        {"add_users", &Site::add_users},         {"delete_user", &Site::delete_user},
        {"restore_user", &Site::restore_user},   {"touch_user", &Site::touch_user},
        {"delete_course", &Site::delete_course}, {"restore_course", &Site::restore_course},
        {"bump_course", &Site::bump_course},     {"bump_item", &Site::bump_item},
        {"delete_item", &Site::delete_item},     {"reply", &Site::reply}};
    return all;
}

// Of a course and a user.
const PlaceChange& place_changes() {
    static const PlaceChange all = {{"unenrol", &Site::unenrol},
                                    {"suspend", &Site::suspend},
                                    {"complete", &Site::complete},
                                    {"bump_grade", &Site::bump_grade},
                                    {"submit", &Site::submit}};
    return all;
}

// {"bump_user":7}: each member names a change.
std::optional<std::string> change(Site& site, const rapidjson::Document& wanted) {
    const auto number = [&](const char* name) {
        const auto found = wanted.FindMember(name);
        return found != wanted.MemberEnd() && found->value.IsInt64() ? found->value.GetInt64() : 0;
    };
    for (const auto& member : wanted.GetObject()) {
        const std::string name = member.name.GetString();
        const int64_t value = number(name.c_str());
        if (const auto plain = plain_changes().find(name); plain != plain_changes().end()) {
            (site.*plain->second)(value);
        } else if (const auto placed = place_changes().find(name);
                   placed != place_changes().end()) {
            (site.*placed->second)(value, number("user"));
        } else if (name == "reset") {
            site.forget_changes();
        } else if (name == "end_course") {
            site.end_course(value, number("at"));
        } else if (name == "enrol") {
            const int64_t role = number("role");
            if (role < 1 || role > 8) return "enrol wants a role, 1 to 8";
            site.enrol(value, number("user"), static_cast<int>(role));
        } else if (name == "bump_user") {
            const auto person = site.find_person(value);
            if (!person) return "there is no user " + std::to_string(value);
            site.rename_user(value, std::string(person->lastname.plain) + "+");
        } else if (name == "rename_user") {
            const auto lastname = wanted.FindMember("lastname");
            if (lastname == wanted.MemberEnd() || !lastname->value.IsString()) {
                return "rename_user wants a lastname";
            }
            site.rename_user(value, lastname->value.GetString());
        } else if (name != "lastname" && name != "user" && name != "role" && name != "at") {
            return "there is no change " + name;
        }
    }
    return std::nullopt;
}

}  // namespace

void Front::add_control() {
    server_.Post("/__sim/faults", [this](const Request& request, Response& response) {
        said(response, faults_.add(request.body));
    });
    server_.Delete("/__sim/faults", [this](const Request&, Response& response) {
        faults_.clear();
        tokens_.forget();
        plain(response, 200, "ok");
    });
    server_.Get("/__sim/faults", [this](const Request&, Response& response) {
        response.set_content(faults_.as_json(), "application/json");
    });
    server_.Get("/__sim/stats", [this](const Request&, Response& response) {
        response.set_content(stats_.as_json(), "application/json");
    });
    server_.Post("/__sim/tokens", [this](const Request& request, Response& response) {
        said(response, tokens_.add(request.body));
    });
    server_.Delete("/__sim/tokens", [this](const Request&, Response& response) {
        tokens_.forget_added();
        plain(response, 200, "ok");
    });
    server_.Post("/__sim/site", [this](const Request& request, Response& response) {
        Options options = site_.options();
        auto wrong = read_settings(request.body, options);
        if (!wrong) site_.change_options(std::move(options));
        said(response, wrong);
    });
    server_.Delete("/__sim/site", [this](const Request&, Response& response) {
        site_.forget_options();
        plain(response, 200, "ok");
    });
    server_.Get("/__sim/functions", [this](const Request&, Response& response) {
        response.set_content(functions_as_json(site_.options()), "application/json");
    });
    server_.Get("/__sim/requests", [this](const Request&, Response& response) {
        response.set_content(stats_.requests_as_json(), "application/json");
    });
    server_.Post("/__sim/reset", [this](const Request&, Response& response) {
        stats_.reset();
        plain(response, 200, "ok");
    });
    server_.Post("/__sim/latency", [this](const Request& request, Response& response) {
        said(response, latency_.set(request.body));
    });
}

void Front::add_changes() {
    const auto handler = [this](const Request& request, Response& response) {
        rapidjson::Document wanted;
        wanted.Parse(request.body.c_str());
        if (wanted.HasParseError() || !wanted.IsObject()) {
            return said(response, "a JSON object was expected");
        }
        said(response, change(site_, wanted));
    };
    server_.Post("/__sim/set", handler);
    server_.Post("/__sim/mutate", handler);
}

}  // namespace sim
