#include "names.h"

namespace sim {

TextTable::TextTable(std::initializer_list<const char*> texts) {
    for (const char* text : texts) texts_.push_back({text, json_.emplace_back(escape_json(text))});
}

const TextTable& first_names() {
    static const TextTable names = {"Ana",    "Søren",    "María José",  "Олег",     "伟",
                                    "עדי",    "Mary Ann", "Žofie",       "علي",      "Nguyễn",
                                    "Ελένη",  "さくら",   "Zoë",         "O'Neill",  "João",
                                    "Ingrid", "अनन्या",    "Back\\slash", "Per%cent", "Under_score"};
    return names;
}

const TextTable& last_names() {
    static const TextTable names = {
        "Silva",        "Hansen", "García Márquez", "Кузнецов",     "李",
        "כהן",          "Dvořák", "الهاشمي",        "Müller",       "Trần",
        "Παπαδοπούλου", "田中",   "O'Brien",        "d'Arcy \"X\"", "Muster\xF0\x9F\xA7\xAA",
        "van der Berg", "शर्मा",   "Ångström",       "100%",         "a_b"};
    return names;
}

const TextTable& departments() {
    static const TextTable names = {"", "Science", "Arts", "Law & Order", "Medicine"};
    return names;
}

const TextTable& cities() {
    static const TextTable names = {"Perth", "Łódź", "São Paulo", "", "Zürich"};
    return names;
}

std::string_view country(uint64_t number) {
    static constexpr std::string_view kCountries[] = {"AU", "PL", "BR", "", "CH"};
    return kCountries[number % 5];
}

}  // namespace sim
