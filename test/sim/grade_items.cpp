#include "grade_items.h"

#include "story.h"

namespace sim {

namespace {

constexpr const char* kScale[] = {"Not yet competent", "Competent", "Tr\xC3\xA8s bien & \"plus\""};

// VALUE / 10^PLACES as PHP's json_encode writes it: no zeros at the end.
std::string decimal(int64_t value, int places) {
    int64_t unit = 1;
    for (int i = 0; i < places; i++) unit *= 10;
    std::string text = std::to_string(value / unit);
    std::string rest = std::to_string(value % unit + unit).substr(1);
    while (!rest.empty() && rest.back() == '0') rest.pop_back();
    return rest.empty() ? text : text + "." + rest;
}

// Of hundredths, as in "94.00".
std::string two_places(int64_t hundredths) {
    const int64_t rest = hundredths % 100;
    return std::to_string(hundredths / 100) + (rest < 10 ? ".0" : ".") + std::to_string(rest);
}

void show_value(Grade& grade, const GradeItem& item, int64_t value) {
    grade.is_set = true;
    grade.percentage = two_places(value) + " %";
    switch (item.kind) {
        case GradeItem::Kind::Quiz:  // of 10
            grade.raw = decimal(value, 3);
            grade.formatted = two_places(value / 10);
            break;
        case GradeItem::Kind::Forum:  // of 7.5
            grade.raw = decimal(value * 75, 5);
            grade.formatted = two_places(value * 75 / 1000);
            break;
        case GradeItem::Kind::Manual:  // of 50, and from -10
            grade.percentage = two_places((value / 2 + 1000) * 5 / 3) + " %";
            grade.raw = decimal(value * 5, 3);
            grade.formatted =
                "<i class=\"icon fa fa-check text-success fa-fw inline\"  title=\"Pass\" "
                "role=\"img\" aria-label=\"Pass\"></i>" +
                two_places(value / 2);
            grade.feedback = "<p>Good <b>work</b> \xF0\x9F\x91\x8D &amp; more</p>";
            break;
        case GradeItem::Kind::Scale:
            grade.raw = std::to_string(1 + value % 3);
            grade.formatted = kScale[value % 3];
            grade.percentage = two_places(value % 3 * 5000) + " %";
            break;
        default:  // of 100
            grade.raw = decimal(value, 2);
            grade.formatted = two_places(value);
    }
}

}  // namespace

std::string GradeItem::name() const {
    std::string n = std::to_string(number);
    const std::string bumped = bumps > 0 ? " (" + std::to_string(bumps) + ")" : "";
    if (!title.empty()) return title + bumped;
    n += bumped;
    switch (kind) {
        case Kind::Assign:
            return "Assignment " + n + " \xE2\x80\x93 essay";
        case Kind::Quiz:
            return "Quiz <b>" + n + "</b> \xF0\x9F\xA7\xAA";
        case Kind::Manual:
            return "Manual value item " + n;
        case Kind::Scale:
            return "Manual \"scale\" item \\ " + n;
        case Kind::Forum:
            return "Discussion forum " + n + " rating";
        case Kind::TextOnly:
            return "Text only item " + n;
        case Kind::Outcome:
            return "Can write SQL " + n;
        default:
            return "";
    }
}

std::vector<GradeItem> grade_items(const Site& site, int64_t course) {
    using Kind = GradeItem::Kind;
    static constexpr Kind kKinds[] = {Kind::Assign, Kind::Quiz,     Kind::Manual,   Kind::Scale,
                                      Kind::Forum,  Kind::Category, Kind::TextOnly, Kind::Outcome};
    std::vector<GradeItem> items;
    if (site.story()) {
        for (const Module& module : site.story()->modules(course)) {
            const int64_t id = course * 1000 + module.number;
            if (module.number == 0 || site.item_is_deleted(id)) continue;
            const Kind kind = module.kind == Module::Kind::Quiz ? Kind::Quiz : Kind::Assign;
            items.push_back({kind, id, course, module.number, site.item_bumps(id), module.name});
        }
        items.push_back({Kind::Total, course * 1000, course, 0, 0});
        return items;
    }
    for (int i = 1; i <= site.options().items; i++) {
        const int64_t id = course * 1000 + i;
        if (site.item_is_deleted(id)) continue;
        items.push_back({kKinds[(i - 1) % 8], id, course, i, site.item_bumps(id)});
    }
    items.push_back({Kind::Total, course * 1000, course, 0, 0});
    return items;
}

Grade grade_of(const Site& site, const GradeItem& item, int64_t user) {
    Grade grade;
    grade.raw = "null";
    grade.minimum = item.is_scale() ? "1" : item.kind == GradeItem::Kind::Manual ? "-10" : "0";
    grade.maximum = item.is_scale()                        ? "3"
                    : item.kind == GradeItem::Kind::Quiz   ? "10"
                    : item.kind == GradeItem::Kind::Manual ? "50"
                    : item.kind == GradeItem::Kind::Forum  ? "7.5"
                                                           : "100";
    grade.range = grade.minimum + "&ndash;" + (grade.maximum == "7.5" ? "8" : grade.maximum);
    if (item.is_scale()) {
        grade.range = "Not yet competent&ndash;Tr\xC3\xA8s bien &amp; \"plus\"";
    }
    grade.formatted = grade.percentage = "-";
    if (item.kind == GradeItem::Kind::TextOnly) {
        grade.range = "&ndash;";
        grade.formatted = grade.percentage = "";
        grade.feedback = "Text feedback only";
        return grade;
    }
    const auto value = site.grade(item.course, user, item.number);
    if (value && item.kind != GradeItem::Kind::Outcome) show_value(grade, item, *value);
    return grade;
}

}  // namespace sim
