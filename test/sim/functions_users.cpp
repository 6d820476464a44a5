// core_user_*: searching and looking up people, with Moodle's loose ways of matching.
#include <algorithm>
#include <set>

#include "functions.h"

namespace sim {

namespace {

std::string lower(std::string text) {
    // Beyond ASCII the letters of the data are compared as they are.
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    });
    return text;
}

std::string strip_tags(const std::string& text) {
    std::string plain;
    bool within = false;
    for (const char c : text) {
        if (c == '<') within = true;
        if (!within) plain += c;
        if (c == '>') within = false;
    }
    return plain;
}

size_t character_length(const std::string& text, size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

// ILIKE with `\` as escape.
bool like(const std::string& text, size_t t, const std::string& pattern, size_t p) {
    while (p < pattern.size()) {
        if (pattern[p] == '%') {
            for (size_t from = t; from <= text.size(); from++) {
                if (like(text, from, pattern, p + 1)) return true;
            }
            return false;
        }
        if (t >= text.size()) return false;
        if (pattern[p] == '_') {
            t += character_length(text, t);
            p++;
            continue;
        }
        if (pattern[p] == '\\' && p + 1 < pattern.size()) p++;
        if (pattern[p] != text[t]) return false;
        p++;
        t++;
    }
    return t == text.size();
}

bool ilike(const std::string& text, const std::string& pattern) {
    return like(lower(text), 0, lower(strip_tags(pattern)), 0);
}

bool matches(const Person& person, const std::string& key, const std::string& value) {
    if (key == "id") return person.id == std::atoll(value.c_str());
    if (key == "username") return person.username == lower(value);
    if (key == "idnumber") return person.idnumber == value;
    if (key == "auth") return person.auth == value;
    if (key == "email") return ilike(person.email, value);
    if (key == "firstname") return ilike(person.firstname, value);
    if (key == "lastname") return ilike(person.lastname, value);
    return true;
}

bool has_field(const Person& person, const std::string& key, Caller caller) {
    const bool hidden = caller == Caller::NoIdentity;
    if (key == "username") return !hidden;
    if (key == "idnumber") return !hidden && !person.idnumber.empty();
    if (key == "email") return !hidden && !person.email.empty();
    if (key == "firstname") return !person.firstname.empty();
    if (key == "lastname") return !person.lastname.empty();
    if (key == "auth") return !hidden;
    return true;
}

bool is_search_key(const std::string& key) {
    static const std::set<std::string> known = {"id",    "username",  "idnumber", "auth",
                                                "email", "firstname", "lastname"};
    return known.contains(key);
}

// Moodle overwrites the email by an MD5 sum; any 32 hexadecimal digits look like one.
std::string mangled_email(const Person& person) {
    std::string text = std::to_string(person.id);
    return std::string(32 - text.size(), 'e') + text;
}

void write_custom_fields(JsonOut& out, const Person& person) {
    out.key("customfields").open('[');
    out.open('{').key("type").text("checkbox").key("value").text(person.id % 2 ? "1" : "0");
    out.key("displayvalue").text(person.id % 2 ? "Yes" : "No");
    out.key("name").text("GDPR agreed").key("shortname").text("gdpr").close('}').close(']');
}

void write_person(JsonOut& out, const Site& site, const Person& person, Caller caller) {
    const bool hidden = caller == Caller::NoIdentity;
    const std::string image = site.options().wwwroot + "/theme/image.php/boost/core/1/u/";
    auto filled = [&](const char* key, const std::string& value) {
        if (!value.empty()) out.key(key).text(value);
    };
    out.open('{').key("id").number(person.id);
    if (!hidden) {
        out.key("username")
            .text(person.deleted ? person.username + "@example.edu.1795187402" : person.username);
    }
    filled("firstname", person.firstname);
    filled("lastname", person.lastname);
    out.key("fullname").text(person.firstname + " " + person.lastname);
    if (!hidden) filled("email", person.deleted ? mangled_email(person) : person.email);
    if (!hidden) out.key("department").text(person.department);
    if (!hidden) filled("institution", person.institution);
    if (!hidden && !person.deleted) filled("idnumber", person.idnumber);
    out.key("firstaccess").number(person.firstaccess).key("lastaccess").number(person.lastaccess);
    if (!hidden) {
        out.key("auth").text(person.auth).key("suspended").flag(person.suspended);
        out.key("confirmed").flag(person.confirmed).key("lang").text("en").key("theme").text("");
        out.key("timezone").text("99").key("mailformat").number(1).key("trackforums").number(0);
    }
    if (!person.description.empty()) {
        out.key("description").text(person.description).key("descriptionformat").number(1);
    }
    filled("city", person.city);
    filled("country", person.country);
    out.key("profileimageurlsmall").text(image + "f2").key("profileimageurl").text(image + "f1");
    write_custom_fields(out, person);
    out.close('}');
}

using Criteria = std::vector<std::pair<std::string, std::string>>;

void write_unknown_keys(JsonOut& out, const Criteria& criteria) {
    out.key("warnings").open('[');
    for (const auto& [key, value] : criteria) {
        if (is_search_key(key)) continue;
        out.open('{').key("item").text(key).key("warningcode").text("invalidfieldparameter");
        out.key("message").text("The search key '" + key +
                                "' is not supported, look at the web service documentation");
        out.close('}');
    }
    out.close(']');
}

bool is_wanted(const Person& person, const Criteria& criteria, const Context& context) {
    if (person.deleted || (context.caller == Caller::Teacher && person.id % 2 == 1)) return false;
    if (context.caller == Caller::Student && person.id > 5) return false;
    return std::all_of(criteria.begin(), criteria.end(), [&](const auto& criterion) {
        return !is_search_key(criterion.first) ||
               (matches(person, criterion.first, criterion.second) &&
                has_field(person, criterion.first, context.caller));
    });
}

// The one id that a search by id can give, or the whole range.
std::pair<int64_t, int64_t> range_of(const Criteria& criteria, const Site& site) {
    for (const auto& [key, value] : criteria) {
        if (key != "id") continue;
        const int64_t id = std::atoll(value.c_str());
        return id >= 1 && id <= site.last_user() ? std::pair{id, id}
                                                 : std::pair<int64_t, int64_t>{1, 0};
    }
    return {1, site.last_user()};
}

bool field_equals(const Person& person, const std::string& field, const std::string& value) {
    if (field == "id") return std::to_string(person.id) == value;
    if (field == "username") return !person.deleted && person.username == value;
    if (field == "email") return !person.deleted && !value.empty() && person.email == value;
    return !person.deleted && !value.empty() && person.idnumber == value;
}

}  // namespace

Answer get_users(const Context& context) {
    const Criteria criteria = context.arguments.pairs("criteria", "key");
    if (criteria.empty()) return invalid_parameter();
    std::set<std::string> keys;
    for (const auto& [key, value] : criteria) {
        if (!keys.insert(key).second) {
            return refused("core\\exception\\moodle_exception", "keyalreadyset",
                           "error/keyalreadyset");
        }
    }
    const Site& site = context.site;
    const auto [first, last] = range_of(criteria, site);
    const int64_t rows = last - first + 1;
    return answer(rows, [&site, context, criteria, first = first, last = last](JsonOut& out) {
        out.open('{').key("users").open('[');
        for (int64_t id = first; id <= last; id++) {
            const Person person = site.person(id);
            if (is_wanted(person, criteria, context))
                write_person(out, site, person, context.caller);
        }
        out.close(']');
        write_unknown_keys(out, criteria);
        out.close('}');
    });
}

Answer get_users_by_field(const Context& context) {
    const std::string field = context.arguments.get("field", "");
    const std::set<std::string> fields = {"id", "username", "email", "idnumber"};
    if (!fields.contains(field)) {
        return refused("core\\exception\\coding_exception", "codingerror",
                       "Coding error detected, it must be fixed by a programmer: invalid field "
                       "parameter");
    }
    const std::vector<std::string> values = context.arguments.list("values");
    if (values.empty()) return invalid_parameter();
    for (const std::string& value : values) {
        const bool number = value.find_first_not_of("0123456789") == std::string::npos;
        if (field == "id" && (value.empty() || !number)) return invalid_parameter();
        if (field == "username" && value != lower(value)) return invalid_parameter();
    }
    const Site& site = context.site;
    const Caller caller = context.caller;
    const auto rows = static_cast<int64_t>(values.size());
    return answer(rows, [&site, caller, field, values](JsonOut& out) {
        const std::set<std::string> wanted(values.begin(), values.end());
        out.open('[');
        for (int64_t id = 1; id <= site.last_user(); id++) {
            if (field == "id" && !wanted.contains(std::to_string(id))) continue;
            const Person person = site.person(id);
            if (std::any_of(wanted.begin(), wanted.end(), [&](const std::string& value) {
                    return field_equals(person, field, value);
                })) {
                write_person(out, site, person, caller);
            }
        }
        out.close(']');
    });
}

}  // namespace sim
