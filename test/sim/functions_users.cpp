// core_user_*: searching and looking up people, with Moodle's loose ways of matching.
#include <algorithm>
#include <atomic>
#include <cstdlib>

#include "functions.h"
#include "like.h"

namespace sim {

namespace {

void write_filled(JsonOut& out, std::string_view key, const Text& text) {
    if (!text.json.empty()) out.key(key).escaped(text.json);
}

// Only of the caller: as a site that was just logged in to has them. A real one tells when they
// were read, so that no two answers about oneself are alike.
void write_preferences(JsonOut& out, const Site& site) {
    out.key("preferences").open('[');
    out.open('{').key("name").text("auth_manual_passwordupdatetime").key("value");
    out.text("1795187905").close('}');
    out.open('{').key("name").text("_lastloaded").key("value");
    out.number(1795188404 + ticks(site)).close('}');
    out.close(']');
}

void write_person(JsonOut& out, const Site& site, const Person& person, const Caller& caller) {
    const bool details = caller.sees_details(person.id);
    out.open('{').key("id").number(person.id);
    if (details) out.key("username").escaped(person.username);
    out.key("firstname").escaped(person.firstname.json);
    out.key("lastname").escaped(person.lastname.json);
    out.key("fullname").escaped(person.fullname_json());
    if (caller.sees_email(person.id)) out.key("email").escaped(person.email);
    write_filled(out, "address", details ? person.address : Text{});
    if (details) out.key("department").escaped(person.department.json);
    write_filled(out, "institution", person.institution);
    if (details && !person.idnumber.empty()) out.key("idnumber").escaped(person.idnumber);
    write_filled(out, "interests", person.interests);
    out.key("firstaccess").number(person.firstaccess).key("lastaccess").number(person.lastaccess);
    if (details) out.key("auth").escaped(person.auth);
    out.key("suspended").flag(person.suspended);
    if (details) {
        out.key("confirmed").flag(person.confirmed).key("lang").escaped("en");
        out.key("theme").escaped("");
    }
    out.key("timezone").escaped(person.timezone);
    if (details) out.key("mailformat").number(1).key("trackforums").number(0);
    if (person.described) {
        out.key("description").escaped(person.description.json).key("descriptionformat").number(1);
    }
    write_filled(out, "city", person.city);
    write_filled(out, "country", {person.country, person.country});
    write_pictures(out);
    write_custom_fields(out, person, true);
    if (person.id == caller.user()) write_preferences(out, site);
    out.close('}');
}

bool has_field(const Person& person, const std::string& key, const Caller& caller) {
    const bool details = caller.sees_details(person.id);
    if (key == "username" || key == "auth") return details;
    if (key == "idnumber") return details && !person.idnumber.empty();
    if (key == "email") return caller.sees_email(person.id) && !person.email.empty();
    if (key == "firstname") return !person.firstname.plain.empty();
    if (key == "lastname") return !person.lastname.plain.empty();
    return true;
}

// One criterion; an unknown one is none at all, but a warning.
class Criterion {
  public:
    Criterion(std::string key, std::string value)
        : key_(std::move(key)), value_(std::move(value)), like_(trimmed_pattern()) {
        static const std::set<std::string> known = {"id",    "username",  "idnumber", "auth",
                                                    "email", "firstname", "lastname"};
        known_ = known.contains(key_);
    }
    const std::string& key() const { return key_; }
    bool is_known() const { return known_; }
    int64_t as_id() const { return std::atoll(value_.c_str()); }

    bool takes(const Person& person, const Caller& caller) {
        return !known_ || (matches(person) && has_field(person, key_, caller));
    }

  private:
    std::string trimmed_pattern() const {
        std::string pattern = strip_tags(value_);
        while (key_ == "email" && pattern.ends_with(' ')) pattern.pop_back();
        return pattern;
    }
    bool matches(const Person& person) {
        if (key_ == "id") return person.id == as_id();
        if (key_ == "username") return person.username == std::string_view(lower_ascii(value_));
        if (key_ == "idnumber") return person.idnumber == std::string_view(value_);
        if (key_ == "auth") return person.auth == value_;
        if (key_ == "email") return like_.matches(person.email);
        return like_.matches_kept(key_ == "firstname" ? person.firstname.plain
                                                      : person.lastname.plain);
    }

    std::string key_, value_;
    Like like_;
    bool known_ = false;
};

void write_unknown_keys(JsonOut& out, const std::vector<Criterion>& criteria) {
    out.key("warnings").open('[');
    for (const Criterion& criterion : criteria) {
        if (criterion.is_known()) continue;
        out.open('{').key("item").text(criterion.key());
        out.key("warningcode").text("invalidfieldparameter");
        out.key("message").text("The search key '" + criterion.key() +
                                "' is not supported, look at the web service documentation");
        out.close('}');
    }
    out.close(']');
}

// The one id that a search by id can give, or the whole range.
std::pair<int64_t, int64_t> range_of(const std::vector<Criterion>& criteria, const Site& site) {
    for (const Criterion& criterion : criteria) {
        if (criterion.key() != "id") continue;
        const int64_t id = criterion.as_id();
        if (id < 1 || id > site.last_user()) return {1, 0};
        return {id, id};
    }
    return {1, site.last_user()};
}

std::string_view field_of(const Person& person, const std::string& field) {
    if (field == "username") return person.username;
    if (field == "email") return person.email;
    return person.idnumber;
}

// In the order of the ids, each once, deleted ones too.
std::set<int64_t> lookup(const Site& site, const std::string& field,
                         const std::vector<std::string>& values) {
    std::set<int64_t> ids;
    for (const std::string& value : values) {
        if (field != "id" && value.empty()) {
            // Whoever has none: all of them must be looked at.
            for (int64_t id = 1; id <= site.last_user(); id++) {
                if (field_of(site.person(id), field).empty()) ids.insert(id);
            }
            continue;
        }
        const int64_t id = field == "id" ? std::atoll(value.c_str()) : site.candidate(value);
        if (id < 1 || id > site.last_user()) continue;
        const Person person = site.person(id);
        if (field == "id" || field_of(person, field) == value) ids.insert(id);
    }
    return ids;
}

}  // namespace

int64_t ticks(const Site& site) {
    static std::atomic<int64_t> so_far{0};
    return site.options().own_clock ? ++so_far : 0;
}

Answer get_users(const Context& context) {
    std::vector<Criterion> criteria;
    std::set<std::string> keys;
    for (const auto& [key, value] : context.arguments->pairs("criteria", "key")) {
        if (!keys.insert(key).second)
            return moodle_exception("keyalreadyset", "error/keyalreadyset");
        criteria.emplace_back(key, value);
    }
    const Site& site = context.site;
    Caller caller = context.caller;
    caller.meet_teachers(site);
    const auto [first, last] = range_of(criteria, site);
    const int64_t rows = last - first + 1;
    return answer(rows, [&site, caller, criteria, first = first, last = last](JsonOut& out) {
        std::vector<Criterion> wanted = criteria;
        out.open('{').key("users").open('[');
        for (int64_t id = first; id <= last; id++) {
            const Person person = site.person(id);
            if (person.deleted || !caller.knows(id)) continue;
            if (std::all_of(wanted.begin(), wanted.end(),
                            [&](Criterion& one) { return one.takes(person, caller); })) {
                write_person(out, site, person, caller);
            }
        }
        out.close(']');
        write_unknown_keys(out, criteria);
        out.close('}');
    });
}

Answer get_users_by_field(const Context& context) {
    const std::string field = context.arguments->get("field", "");
    const std::set<std::string> fields = {"id", "username", "email", "idnumber"};
    if (!fields.contains(field)) return coding_error("invalid field parameter");
    const std::vector<std::string> values = context.arguments->list("values");
    for (const std::string& value : values) {
        const bool number =
            !value.empty() && value.find_first_not_of("0123456789-") == std::string::npos;
        if (field == "id" && !number) return invalid_parameter();
        if (field == "username" && value != lower_ascii(value)) return invalid_parameter();
    }
    const Site& site = context.site;
    Caller caller = context.caller;
    caller.meet_teachers(site);
    const auto rows = static_cast<int64_t>(values.size());
    return answer(rows, [&site, caller, field, values](JsonOut& out) {
        out.open('[');
        for (const int64_t id : lookup(site, field, values)) {
            if (caller.knows(id)) write_person(out, site, site.person(id), caller);
        }
        out.close(']');
    });
}

void write_pictures(JsonOut& out) {
    out.key("profileimageurlsmall")
        .escaped(
            "http:\\/\\/moodle.example.edu\\/theme\\/image.php\\/boost\\/core\\/1795187906\\/u\\/"
            "f2");
    out.key("profileimageurl")
        .escaped(
            "http:\\/\\/moodle.example.edu\\/theme\\/image.php\\/boost\\/core\\/1795187906\\/u\\/"
            "f1");
}

void write_custom_fields(JsonOut& out, const Person& person, bool with_display) {
    const auto field = [&](std::string_view type, std::string_view value, std::string_view display,
                           std::string_view name, std::string_view shortname) {
        out.open('{').key("type").escaped(type).key("value").escaped(value);
        if (with_display) out.key("displayvalue").escaped(display);
        out.key("name").escaped(name).key("shortname").escaped(shortname).close('}');
    };
    const std::string_view sizes[] = {"S", "M", "L"};
    const std::string_view size = sizes[person.id % 3];
    const bool agreed = person.id % 2 == 1;
    out.key("customfields").open('[');
    if (person.id % 6 == 1) field("text", "D1", "D1", "Department code", "dept");
    field("checkbox", agreed ? "1" : "0", agreed ? "Yes" : "No", "GDPR agreed", "gdpr");
    field("menu", size, size, "T-shirt", "tshirt");
    out.close(']');
}

}  // namespace sim
