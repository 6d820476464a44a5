// What a course holds and what became of it: core_course_get_contents, completion of activities,
// core_course_get_updates_since.
#include <algorithm>

#include "activities.h"
#include "functions.h"
#include "pattern.h"
#include "story.h"

namespace sim {

namespace {

const Pattern kSection(
    R"({"id":@id@,"name":"@name@","visible":1,"summary":"","summaryformat":1,"section":@number@,)"
    R"("hiddenbynumsections":0,"uservisible":true,"component":null,"itemid":null,"modules":[)");
const Pattern kModule(
    R"({"id":@id@,"url":"@www@\/mod\/@type@\/view.php?id=@id@","name":"@name@",)"
    R"("instance":@instance@,"contextid":@context@,@description@"visible":@visible@,)"
    R"("uservisible":true,)"
    R"("visibleoncoursepage":1,)"
    R"("modicon":"@www@\/theme\/image.php\/boost\/@type@\/1795187906\/monologo?filtericon=1",)"
    R"("modname":"@type@","purpose":"@purpose@","branded":false,"modplural":"@plural@",)"
    R"("availability":null,"indent":0,"onclick":"","afterlink":null,@badge@)"
    R"("customdata":"@custom@","noviewlink":false,@completion@,"downloadcontent":1,)"
    R"("dates":[@dates@],"groupmode":@groupmode@@files@})");
const Pattern kState(
    R"("state":@state@,"timecompleted":@at@,@tracking@"overrideby":null,"valueused":false,)"
    R"("hascompletion":true,"isautomatic":@automatic@,"istrackeduser":@tracked@,)"
    R"("uservisible":true,"details":[@details@],"isoverallcomplete":@done@)");
const Pattern kRule(
    R"({"rulename":"@rule@","rulevalue":{"status":@state@,"description":"@text@"}})");
const Pattern kDue(R"({"label":"Due:","timestamp":@due@,"dataid":"duedate"})");
const Pattern kFiles(
    R"(,"contents":[{"type":"file","filename":"index.html","filepath":"\/","filesize":0,)"
    R"("fileurl":"@www@\/webservice\/pluginfile.php\/@context@\/mod_page\/content\/index.html?)"
    R"(forcedownload=1","timecreated":null,"timemodified":@modified@,"sortorder":1,"userid":null,)"
    R"("author":null,"license":null},{"type":"file","filename":"picture.png","filepath":"\/",)"
    R"("filesize":3200,"fileurl":"@www@\/webservice\/pluginfile.php\/@context@\/mod_page\/)"
    R"(content\/picture.png?forcedownload=1","timecreated":@modified@,"timemodified":@modified@,)"
    R"("sortorder":0,"mimetype":"image\/png","isexternalfile":false,"userid":null,)"
    R"("author":null,"license":null}])");
const Pattern kFileCount(
    R"(,"contentsinfo":{"filescount":2,"filessize":3200,"lastmodified":@modified@,)"
    R"("mimetypes":["image\/png"],"repositorytype":""})");
constexpr char kDescription[] =
    R"("description":"<div class=\"no-overflow\"><p>A <em>page<\/em><\/p><\/div>",)";

// A student's own assignments by hand, all else by what the student does.
bool is_automatic(const Module& module) {
    return module.kind != Module::Kind::Assign || module.number % 2 == 1;
}

std::string rules(const Module& module, const Progress& progress) {
    const auto rule = [&](const char* name, const char* text) {
        return kRule.filled(
            {{"rule", name}, {"text", text}, {"state", progress.state == 0 ? 0 : 1}});
    };
    if (!is_automatic(module)) return "";
    switch (module.kind) {
        case Module::Kind::Quiz:
            return rule("completionusegrade", "Receive a grade") + "," +
                   rule("completionpassgrade", "Receive a passing grade");
        case Module::Kind::Forum:
            return rule("completionposts", "Make forum posts: 1");
        case Module::Kind::Page:
        case Module::Kind::File:
        case Module::Kind::Url:
            return rule("completionview", "View");
        default:
            return rule("completionusegrade", "Receive a grade");
    }
}

std::string state(const Site& site, const Module& module, int64_t user, bool with_tracking) {
    const Progress progress = progress_of(site, module, user);
    const auto enrolment = site.enrolment(module.course, user);
    const bool automatic = is_automatic(module);
    const std::string tracking = automatic ? "\"tracking\":2," : "\"tracking\":1,";
    return kState.filled({{"state", progress.state},
                          {"at", progress.at},
                          as_json("tracking", with_tracking ? tracking : ""),
                          {"automatic", automatic},
                          {"tracked", enrolment && Site::is_student(*enrolment)},
                          as_json("details", rules(module, progress)),
                          {"done", progress.state != 0}});
}

struct Words {
    const char *purpose, *plural, *custom;
};

Words words_of(const Module& module) {
    switch (module.kind) {
        case Module::Kind::Assign:
            return {"assessment", "Assignments",
                    R"({"customcompletionrules":{"completionsubmit":"0"},"duedate":1795792199})"};
        case Module::Kind::Quiz:
            return {"assessment", "Quizzes",
                    R"({"customcompletionrules":{"completionpassorattemptsexhausted":[],)"
                    R"("completionminattempts":"0"}})"};
        case Module::Kind::Page:
            return {"content", "Pages", "\"\""};
        case Module::Kind::File:
            return {"content", "Files", "\"\""};
        case Module::Kind::Url:
            return {"content", "URLs", "\"\""};
        default:
            return {"collaboration", "Forums", R"({"trackingtype":"1"})"};
    }
}

std::string files(const Site& site, const Module& module, bool with_contents) {
    if (module.kind != Module::Kind::Page) return "";
    std::string json;
    if (with_contents) {
        json = kFiles.filled({{"www", site.options().wwwroot},
                              {"context", module.id + 1000},
                              {"modified", module.timemodified}});
    }
    return json + kFileCount.filled({{"modified", module.timemodified}});
}

void write_module(JsonOut& out, const Site& site, const Course& course, const Module& module,
                  int64_t caller, bool with_contents) {
    const Words words = words_of(module);
    std::string completion = R"("completion":0)";
    if (course.completion_enabled && module.tracked()) {
        completion = std::string("\"completion\":") + (is_automatic(module) ? "2" : "1") +
                     ",\"completiondata\":{" + state(site, module, caller, false) + "}";
    }
    const bool due = module.kind == Module::Kind::Assign;
    const bool described = module.kind == Module::Kind::Page && course.id % 2 == 0 && !site.story();
    kModule.write(out, {{"id", module.id},
                        {"www", site.options().wwwroot},
                        {"type", module.type()},
                        {"name", module.name},
                        {"instance", module.instance},
                        {"visible", module.hidden(site) ? 0 : 1},
                        {"context", module.id + 1000},
                        as_json("description", described ? kDescription : ""),
                        {"purpose", words.purpose},
                        {"plural", words.plural},
                        {"custom", words.custom},
                        as_json("badge", module.is_forum() ? "\"activitybadge\":[]," : ""),
                        as_json("completion", completion),
                        as_json("dates", due ? kDue.filled({{"due", module.due}}) : ""),
                        {"groupmode", course.has_groups ? 1 : 0},
                        as_json("files", files(site, module, with_contents))});
}

// What the caller may not see is left out without a word.
std::vector<Module> seen_modules(const Context& context, int64_t course) {
    std::vector<Module> all = modules(context.site, course);
    std::erase_if(all, [&](const Module& one) {
        const bool hidden = one.hidden(context.site) && !context.caller.sees_hidden_activities();
        return hidden || !context.caller.sees_module(one.type());
    });
    return all;
}

struct Wanted {
    bool modules = true, contents = true;
    std::string type, section, id;

    bool takes(const Module& module) const {
        return modules && (type.empty() || type == module.type()) &&
               (id.empty() || id == std::to_string(module.id));
    }
};

std::optional<Answer> read_options(const Context& context, Wanted& wanted) {
    for (const auto& [name, value] : context.arguments->pairs("options", "name")) {
        const bool on = value == "1" || value == "true";
        if (name == "excludemodules") {
            wanted.modules = !on;
        } else if (name == "excludecontents") {
            wanted.contents = !on;
        } else if (name == "modname") {
            wanted.type = value;
        } else if (name == "cmid") {
            wanted.id = value;
        } else if (name == "sectionid" || name == "sectionnumber") {
            wanted.section =
                name == "sectionid" && !value.empty() ? value.substr(value.size() - 1) : value;
        } else if (name != "includestealthmodules" && name != "modid") {
            return moodle_exception("errorinvalidparam", "The param \"" + name + "\" is invalid.");
        }
    }
    return std::nullopt;
}

int64_t section_id(const Site& site, int64_t course, int64_t number) {
    return course * (site.story() ? 100 : 10) + number;
}

std::string section_name(const Site& site, int64_t number) {
    if (number == 0) return "General";
    return site.story() ? "Week " + std::to_string(number) : "New section";
}

}  // namespace

Answer get_contents(const Context& context) {
    Wanted wanted;
    if (auto problem = read_options(context, wanted)) return *problem;
    const int64_t id = context.arguments->number("courseid", 0);
    const auto course = context.site.find_course(id);
    if (!course) return no_record("course");
    if (!context.caller.enters(*course)) return no_course_context(id);
    const Site& site = context.site;
    const std::vector<Module> all = seen_modules(context, id);
    const int64_t caller = context.caller.user();
    const int64_t rows = id == 1 ? 0 : static_cast<int64_t>(all.size());
    return answer(rows, [&site, course, all, wanted, caller](JsonOut& out) {
        out.open('[');
        const int64_t sections = site.story() ? kWeeks : 4;
        for (int64_t number = 0; course->id != 1 && number <= sections; number++) {
            if (!wanted.section.empty() && wanted.section != std::to_string(number)) continue;
            kSection.write(out, {{"id", section_id(site, course->id, number)},
                                 {"number", number},
                                 {"name", section_name(site, number)}});
            out.begin();
            for (const Module& module : all) {
                if (module.section != number || !wanted.takes(module)) continue;
                write_module(out, site, *course, module, caller, wanted.contents);
            }
            out.close(']').close('}');
        }
        out.close(']');
    });
}

Answer get_activities_completion(const Context& context) {
    const int64_t user = context.arguments->number("userid", 0);
    const auto course = context.site.find_course(context.arguments->number("courseid", 0));
    if (!course) return no_record("course");
    const auto person = context.site.find_person(user);
    if (!person) return refused("dml_missing_record_exception", "invaliduser", "Invalid user");
    if (!context.caller.enters(*course)) return no_course_context(course->id);
    if (user != context.caller.user() && !context.caller.sees_progress_of_others()) {
        return no_permission("View activity completion reports");
    }
    const Site& site = context.site;
    const std::vector<Module> all =
        course->completion_enabled ? seen_modules(context, course->id) : std::vector<Module>();
    return answer(static_cast<int64_t>(all.size()), [&site, all, user](JsonOut& out) {
        out.open('{').key("statuses").open('[');
        for (const Module& module : all) {
            if (!module.tracked()) continue;
            out.raw("{\"cmid\":" + std::to_string(module.id) + ",\"modname\":\"" + module.type() +
                    "\",\"instance\":" + std::to_string(module.instance) + "," +
                    state(site, module, user, true) + "}");
        }
        out.close(']');
        empty_warnings(out);
        out.close('}');
    });
}

// ---- what changed since

namespace {

void write_update(JsonOut& out, const char* name, const std::vector<int64_t>& items) {
    if (items.empty()) return;
    out.open('{').key("name").text(name).key("itemids").open('[');
    for (const int64_t item : items) out.number(item);
    out.close(']').close('}');
}

class Updates {
  public:
    Updates(const Site& site, int64_t since, std::set<std::string> areas)
        : site_(site), since_(since), areas_(std::move(areas)) {}

    std::string of(const Module& module) const {
        return to_json([&](JsonOut& out) {
            out.open('[');
            if (module.timemodified > since_ && wants("configuration")) {
                out.open('{').key("name").text("configuration").key("timeupdated");
                out.number(module.timemodified).close('}');
            }
            if (module.kind == Module::Kind::Assign) write_assignment(out, module);
            if (module.kind == Module::Kind::Quiz) write_quiz(out, module);
            if (module.kind == Module::Kind::Forum) write_forum(out, module);
            out.close(']');
        });
    }

  private:
    bool wants(const char* area) const { return areas_.empty() || areas_.contains(area); }
    void write_assignment(JsonOut& out, const Module& module) const {
        std::vector<int64_t> changed, graded;
        for (const Submission& one : submissions(site_, module)) {
            if (one.modified > since_) changed.push_back(one.id);
            if (one.grade && one.graded > since_) graded.push_back(one.id);
        }
        if (wants("usersubmissions")) write_update(out, "usersubmissions", changed);
        if (wants("usergrades")) write_update(out, "usergrades", graded);
    }
    void write_quiz(JsonOut& out, const Module& module) const {
        std::vector<int64_t> changed;
        for (const Enrolment& one : site_.enrolments(module.course)) {
            for (const Attempt& attempt : attempts(site_, module, one.user)) {
                if (std::max(attempt.start, attempt.finish) > since_) changed.push_back(attempt.id);
            }
        }
        if (wants("userattempts")) write_update(out, "userattempts", changed);
    }
    void write_forum(JsonOut& out, const Module& module) const {
        std::vector<int64_t> changed;
        for (const Discussion& one : discussions(site_, module)) {
            if (one.posts.back().created > since_) changed.push_back(one.posts.front().id);
        }
        if (wants("discussions")) write_update(out, "discussions", changed);
    }

    const Site& site_;
    int64_t since_;
    std::set<std::string> areas_;
};

}  // namespace

Answer get_updates_since(const Context& context) {
    const int64_t id = context.arguments->number("courseid", 0);
    const auto course = context.site.find_course(id);
    if (!course) return no_record("course");
    if (!context.caller.enters(*course)) return no_course_context(id);
    const std::vector<std::string> areas = context.arguments->list("filter");
    const Updates updates(context.site, context.arguments->number("since", 0),
                          {areas.begin(), areas.end()});
    const std::vector<Module> all = seen_modules(context, id);
    return answer(static_cast<int64_t>(all.size()), [updates, all](JsonOut& out) {
        out.open('{').key("instances").open('[');
        for (const Module& module : all) {
            const std::string changed = updates.of(module);
            if (changed == "[]") continue;
            out.open('{').key("contextlevel").text("module").key("id").number(module.id);
            out.key("updates").raw(changed).close('}');
        }
        out.close(']');
        empty_warnings(out);
        out.close('}');
    });
}

}  // namespace sim
