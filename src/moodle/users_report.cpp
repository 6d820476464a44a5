#include "moodle/users_report.h"

#include <algorithm>
#include <array>

#include "net/inbox.h"
#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

// How a report shows what is stored: a link to the person; escaped for HTML; or as it is.
enum class Shown : uint8_t { Link, Escaped, Plain };

// Dates, flags and countries are shown in words, so they are not here.
struct Field {
    const char* name;
    Shown shown;
    std::array<const char*, 5> headings;  // the name here, and those of an English Moodle
    bool served_empty = false;            // the functions that list users do not leave it out
};
constexpr Field kFields[] = {
    {"id",
     Shown::Link,
     {"user_id", "user id", "full name with link", "full name with picture and link", "id"}},
    {"username", Shown::Escaped, {"username"}},
    {"email", Shown::Escaped, {"email", "email address"}, true},
    {"firstname", Shown::Escaped, {"firstname", "first name"}, true},
    {"lastname", Shown::Escaped, {"lastname", "last name"}, true},
    {"fullname", Shown::Plain, {"fullname", "full name"}},
    {"idnumber", Shown::Escaped, {"idnumber", "id number"}},
    {"department", Shown::Escaped, {"department"}, true},
    {"institution", Shown::Escaped, {"institution"}},
    {"address", Shown::Escaped, {"address"}},
    {"phone1", Shown::Escaped, {"phone1", "phone"}},
    {"phone2", Shown::Escaped, {"phone2", "mobile phone"}},
    {"city", Shown::Escaped, {"city", "city/town"}},
};

constexpr std::string_view kDigits = "0123456789";

std::string lower_ascii(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

Value member(Value object, std::string_view key, JsonType type) {
    const Value found =
        object.found() && object.type() == JsonType::Object ? object.find(key) : Value();
    return found.found() && found.type() == type ? found : Value();
}

// The envelope ends where the rows would be, and is closed there.
std::vector<std::string> headings_in(std::string envelope) {
    std::vector<std::string> headings;
    envelope += "]}}";
    const size_t size = envelope.size();
    envelope.append(net::Inbox::kPadding, '\0');
    Tape tape;
    if (tape.parse(std::string_view(envelope).substr(0, size)) != JsonError::None) return {};
    const Value list =
        member(member(Value(tape, 0), "data", JsonType::Object), "headers", JsonType::Array);
    if (!list.found()) return {};
    std::string scratch;
    for (uint32_t i = 0; i < list.count(); i++) {
        const Value one = list.element(i);
        headings.push_back(one.type() == JsonType::String ? lower_ascii(one.string(scratch)) : "");
    }
    return headings;
}

// "222", or the link to someone's profile: <a href="…/user/profile.php?id=222">.
std::string_view id_in(std::string_view text) {
    if (text.starts_with('0')) return "";
    if (text.find_first_not_of(kDigits) == std::string_view::npos) return text;
    for (const std::string_view page : {"/user/profile.php?id=", "/user/view.php?id="}) {
        const size_t at = text.find(page);
        if (at == std::string_view::npos) continue;
        text.remove_prefix(at + page.size());
        return text.substr(0, text.find_first_not_of(kDigits));
    }
    return "";
}

// Moodle's s() backwards, on a string that is escaped for JSON too.
void append_unescaped(std::string_view json, std::string& out) {
    static constexpr std::pair<std::string_view, std::string_view> kEntities[] = {
        {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\\\""}, {"&#039;", "'"}};
    while (!json.empty()) {
        const size_t at = std::min(json.find('&'), json.size());
        out.append(json.substr(0, at));
        json.remove_prefix(at);
        if (json.empty()) return;
        const auto* const entity =
            std::find_if(std::begin(kEntities), std::end(kEntities),
                         [&](const auto& one) { return json.starts_with(one.first); });
        const bool known = entity != std::end(kEntities);
        out.append(known ? entity->second : json.substr(0, 1));
        json.remove_prefix(known ? entity->first.size() : 1);
    }
}

// False: there is no id in it.
bool append(Value value, Shown shown, std::string& out) {
    const bool text = value.type() == JsonType::String;
    if (shown == Shown::Link) {
        std::string scratch;
        const std::string_view id = id_in(text ? value.string(scratch) : value.text());
        out += id;
        return !id.empty();
    }
    if (text) out += '"';
    if (text && shown == Shown::Escaped) {
        append_unescaped(value.text(), out);
    } else {
        out += value.text();
    }
    if (text) out += '"';
    return true;
}

}  // namespace

std::vector<std::string> UsersReport::headings_of(std::string_view field) {
    std::vector<std::string> headings;
    for (const Field& one : kFields) {
        if (field != one.name) continue;
        for (const char* heading : one.headings) {
            if (heading != nullptr) headings.emplace_back(heading);
        }
    }
    return headings;
}

bool UsersReport::take_headings(std::string_view envelope, std::string& problem) {
    std::vector<std::string> headings = headings_in(std::string(envelope));
    if (headings.empty()) {
        problem = "the report has no headings";
        return false;
    }
    if (headings == headings_) return true;
    if (!headings_.empty()) {
        problem = "the report changed while it was paged";
        return false;
    }
    headings_ = std::move(headings);
    return find_fields(problem);
}

bool UsersReport::find_fields(std::string& problem) {
    positions_.clear();
    for (const Field& field : kFields) {
        int position = -1;
        for (const std::string& heading : headings_of(field.name)) {
            const auto at = std::find(headings_.begin(), headings_.end(), heading);
            if (at == headings_.end()) continue;
            position = static_cast<int>(at - headings_.begin());
            break;
        }
        positions_.push_back(position);
    }
    if (positions_[0] >= 0) return true;
    problem =
        "the report has no column that tells whose row it is, such as \"Full name with link\"";
    return false;
}

UsersReport::Row UsersReport::translate(Value row, std::string_view& record, std::string& problem) {
    const Value columns = member(row, "columns", JsonType::Array);
    if (!columns.found() || columns.count() != headings_.size()) {
        problem = "a row of the report does not fit its headings";
        return Row::Wrong;
    }
    record_.clear();
    for (size_t i = 0; i < std::size(kFields); i++) {
        if (positions_[i] < 0) continue;
        const Value value = columns.element(static_cast<uint32_t>(positions_[i]));
        const bool empty = value.type() == JsonType::String && value.text().empty();
        if (value.is_null() || value.is_container() || (empty && !kFields[i].served_empty)) {
            if (kFields[i].shown == Shown::Link) return Row::Nobody;
            continue;
        }
        record_ += record_.empty() ? "{\"" : ",\"";
        record_.append(kFields[i].name).append("\":");
        if (!append(value, kFields[i].shown, record_)) {
            problem = "\"" + headings_[static_cast<size_t>(positions_[i])] +
                      "\" of the report does not tell whose row it is";
            return Row::Wrong;
        }
    }
    record_ += '}';
    const size_t size = record_.size();
    record_.append(net::Inbox::kPadding, '\0');
    record = std::string_view(record_).substr(0, size);
    return Row::User;
}

}  // namespace moodle_fdw::moodle
