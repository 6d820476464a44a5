#include "story_plan.h"

namespace sim {

namespace {

std::vector<Directorate> health() {
    return {{"Directorate of Nursing",
             "NUR",
             {{"Adult Nursing", "ADU", {"Clinical Skills", "Care of Older People", "Wound Care"}},
              {"Midwifery", "MID", {"Antenatal Care", "Labour and Birth", "Newborn Care"}}}},
            {"Directorate of Medicine",
             "MED",
             {{"Basic Sciences", "BSC", {"Anatomy", "Physiology", "Pharmacology"}},
              {"Public Health", "PUB", {"Epidemiology", "Health Promotion", "Biostatistics"}}}},
            {"Directorate of Allied Health",
             "ALH",
             {{"Physiotherapy", "PHY", {"Kinesiology", "Rehabilitation", "Manual Therapy"}},
              {"Medical Laboratory", "LAB", {"Haematology", "Microbiology", "Histology"}}}}};
}

std::vector<Directorate> education() {
    return {
        {"Directorate of Primary Education",
         "PRI",
         {{"Early Years", "EAR", {"Child Development", "Learning through Play", "First Reading"}},
          {"Literacy and Numeracy", "LIT", {"Teaching Reading", "Teaching Number", "Assessment"}}}},
        {"Directorate of Secondary Education",
         "SEC",
         {{"Sciences", "SCI", {"Teaching Physics", "Teaching Chemistry", "Laboratory Safety"}},
          {"Languages", "LAN", {"Second Language Teaching", "Literature in Class", "Phonetics"}}}},
        {"Directorate of Inclusion",
         "INC",
         {{"Special Needs", "SPE", {"Inclusive Classrooms", "Sign Language", "Dyslexia"}},
          {"School Leadership", "LEA", {"Leading a School", "Budgets of Schools", "Mentoring"}}}}};
}

std::vector<Directorate> administration() {
    return {
        {"Directorate of Public Finance",
         "FIN",
         {{"Budget", "BUD", {"Public Budgeting", "Treasury", "Audit"}},
          {"Procurement", "PRO", {"Tendering", "Contract Management", "Ethics in Procurement"}}}},
        {"Directorate of Local Government",
         "LOC",
         {{"Municipal Services", "MUN", {"Water and Waste", "Citizen Service", "Public Transport"}},
          {"Planning", "PLA", {"Land Use", "Geographic Information", "Participation"}}}},
        {"Directorate of Justice",
         "JUS",
         {{"Administrative Law", "ADL", {"Administrative Procedure", "Appeals", "Data Protection"}},
          {"Civil Registry", "REG", {"Identity Documents", "Vital Records", "Archives"}}}}};
}

std::vector<Directorate> university() {
    return {{"Faculty of Engineering",
             "ENG",
             {{"Computer Science", "CSC", {"Programming", "Databases", "Networks"}},
              {"Civil Engineering", "CIV", {"Statics", "Concrete Structures", "Hydraulics"}},
              {"Electrical Engineering", "ELE", {"Circuits", "Signals", "Electrical Machines"}}}},
            {"Faculty of Science",
             "SCI",
             {{"Mathematics", "MAT", {"Calculus", "Linear Algebra", "Probability"}},
              {"Physics", "PHS", {"Mechanics", "Electromagnetism", "Optics"}},
              {"Biology", "BIO", {"Cell Biology", "Genetics", "Ecology"}}}},
            {"Faculty of Business",
             "BUS",
             {{"Accounting", "ACC", {"Bookkeeping", "Cost Accounting", "Taxation"}},
              {"Marketing", "MKT", {"Market Research", "Consumer Behaviour", "Digital Marketing"}},
              {"Economics", "ECO", {"Microeconomics", "Macroeconomics", "Econometrics"}}}},
            {"Faculty of Humanities",
             "HUM",
             {{"History", "HIS", {"Ancient History", "Modern History", "Historiography"}},
              {"Modern Languages", "MLA", {"English", "Portuguese", "Translation"}},
              {"Philosophy", "PHI", {"Logic", "Ethics", "Aesthetics"}}}},
            {"Faculty of Law",
             "LAW",
             {{"Private Law", "PRV", {"Contracts", "Family Law", "Property"}},
              {"Criminal Law", "CRI", {"Criminal Procedure", "Criminology", "Evidence"}},
              {"International Law", "INT", {"Treaties", "Human Rights", "Trade Law"}}}}};
}

constexpr Name kGiven[] = {
    {"Ana", "ana"},           {"José", "jose"},           {"María", "maria"},
    {"Luis", "luis"},         {"Lucía", "lucia"},         {"Carlos", "carlos"},
    {"Sofía", "sofia"},       {"Miguel", "miguel"},       {"Valentina", "valentina"},
    {"Javier", "javier"},     {"Camila", "camila"},       {"Andrés", "andres"},
    {"Daniela", "daniela"},   {"Diego", "diego"},         {"Gabriela", "gabriela"},
    {"Fernando", "fernando"}, {"Paula", "paula"},         {"Ricardo", "ricardo"},
    {"Elena", "elena"},       {"Mateo", "mateo"},         {"Inês", "ines"},
    {"João", "joao"},         {"Beatriz", "beatriz"},     {"Tiago", "tiago"},
    {"Emma", "emma"},         {"Jonas", "jonas"},         {"Hannah", "hannah"},
    {"Lukas", "lukas"},       {"Marie", "marie"},         {"Paul", "paul"},
    {"Chloé", "chloe"},       {"Louis", "louis"},         {"Amélie", "amelie"},
    {"Hugo", "hugo"},         {"Giulia", "giulia"},       {"Marco", "marco"},
    {"Olivia", "olivia"},     {"Jack", "jack"},           {"Amelia", "amelia"},
    {"Thomas", "thomas"},     {"Grace", "grace"},         {"Samuel", "samuel"},
    {"Aisha", "aisha"},       {"Omar", "omar"},           {"Fatima", "fatima"},
    {"Yusuf", "yusuf"},       {"Priya", "priya"},         {"Arjun", "arjun"},
    {"Ananya", "ananya"},     {"Rohan", "rohan"},         {"Mei", "mei"},
    {"Wei", "wei"},           {"Yuki", "yuki"},           {"Haruto", "haruto"},
    {"Nkechi", "nkechi"},     {"Kwame", "kwame"},         {"Zanele", "zanele"},
    {"Tendai", "tendai"},     {"Katarzyna", "katarzyna"}, {"Piotr", "piotr"},
    {"Zuzana", "zuzana"},     {"Tomáš", "tomas"},         {"Ingrid", "ingrid"},
    {"Lars", "lars"},         {"Søren", "soren"},         {"Freja", "freja"}};

constexpr Name kFamily[] = {
    {"García", "garcia"},     {"Rodríguez", "rodriguez"}, {"Martínez", "martinez"},
    {"López", "lopez"},       {"González", "gonzalez"},   {"Pérez", "perez"},
    {"Sánchez", "sanchez"},   {"Ramírez", "ramirez"},     {"Torres", "torres"},
    {"Flores", "flores"},     {"Quispe", "quispe"},       {"Huamán", "huaman"},
    {"Mamani", "mamani"},     {"Castillo", "castillo"},   {"Vargas", "vargas"},
    {"Rojas", "rojas"},       {"Mendoza", "mendoza"},     {"Silva", "silva"},
    {"Santos", "santos"},     {"Oliveira", "oliveira"},   {"Pereira", "pereira"},
    {"Costa", "costa"},       {"Müller", "mueller"},      {"Schneider", "schneider"},
    {"Fischer", "fischer"},   {"Weber", "weber"},         {"Becker", "becker"},
    {"Dubois", "dubois"},     {"Moreau", "moreau"},       {"Laurent", "laurent"},
    {"Rossi", "rossi"},       {"Bianchi", "bianchi"},     {"Ferrari", "ferrari"},
    {"Smith", "smith"},       {"Jones", "jones"},         {"Taylor", "taylor"},
    {"Walker", "walker"},     {"Wright", "wright"},       {"O'Brien", "obrien"},
    {"Murphy", "murphy"},     {"Khan", "khan"},           {"Hussein", "hussein"},
    {"Abdullah", "abdullah"}, {"Sharma", "sharma"},       {"Patel", "patel"},
    {"Gupta", "gupta"},       {"Iyer", "iyer"},           {"Chen", "chen"},
    {"Wang", "wang"},         {"Zhang", "zhang"},         {"Tanaka", "tanaka"},
    {"Suzuki", "suzuki"},     {"Okafor", "okafor"},       {"Mensah", "mensah"},
    {"Dlamini", "dlamini"},   {"Moyo", "moyo"},           {"Kowalska", "kowalska"},
    {"Nowak", "nowak"},       {"Dvořák", "dvorak"},       {"Novák", "novak"},
    {"Hansen", "hansen"},     {"Lindqvist", "lindqvist"}, {"Jensen", "jensen"},
    {"van den Berg", "berg"}, {"de Jong", "dejong"},      {"Papadopoulos", "papadopoulos"},
    {"Ångström", "angstrom"}, {"Nguyễn", "nguyen"},       {"Trần", "tran"},
    {"Kim", "kim"},           {"Park", "park"},           {"Cohen", "cohen"}};

constexpr Place kHomes[] = {
    {"Lima", "PE"},   {"Arequipa", "PE"},  {"Cusco", "PE"},  {"Trujillo", "PE"}, {"Bogotá", "CO"},
    {"Quito", "EC"},  {"São Paulo", "BR"}, {"Berlin", "DE"}, {"Zürich", "CH"},   {"Lyon", "FR"},
    {"Torino", "IT"}, {"Kraków", "PL"},    {"Leeds", "GB"},  {"Accra", "GH"},    {"Pune", "IN"}};

constexpr std::string_view kReadings[] = {
    "Syllabus",           "Reading: first principles", "Reading: key terms",
    "Reading: a case",    "Slides, first half",        "Reading: methods",
    "Worked examples",    "Reading: second case",      "Reading: critical voices",
    "Slides, second half"};
constexpr std::string_view kLectures[] = {
    "Video: welcome",      "Video: how it works",  "Video: a guided example",
    "Video: in the field", "Video: common errors", "Video: review before the test"};
constexpr std::string_view kLinks[] = {"Journal of the month", "Open textbook", "Practice site"};
constexpr std::string_view kAssignments[] = {"Essay", "Case study", "Group project", "Portfolio"};
constexpr std::string_view kQuizzes[] = {"First test", "Mid-term test", "Third test", "Final test"};
constexpr std::string_view kTopics[] = {
    "When is it due?",           "I do not understand page 4", "Who joins a study group?",
    "A mistake in the slides?",  "Interesting article",        "How is this graded?",
    "My solution to question 2", "Where is the recording?",    "Difference between the two methods",
    "An example from my work",   "Will this be in the test?",  "Thank you"};

template <typename Table>
const auto& pick(const Table& table, uint64_t number) {
    return table[number % std::size(table)];
}

}  // namespace

const std::vector<Plan>& plans() {
    static const std::vector<Plan> all = {
        {"health", "School of Health", health()},
        {"education", "Institute of Education", education()},
        {"administration", "Academy of Public Administration", administration()},
        {"university", "University of the Valley", university()}};
    return all;
}

const Plan* find_plan(std::string_view name) {
    for (const Plan& plan : plans()) {
        if (plan.name == name) return &plan;
    }
    return nullptr;
}

const Name& given_name(uint64_t number) {
    return pick(kGiven, number);
}
const Name& family_name(uint64_t number) {
    return pick(kFamily, number);
}
const Place& home(uint64_t number) {
    return pick(kHomes, number);
}

std::string_view reading(int number) {
    return pick(kReadings, static_cast<uint64_t>(number - 1));
}
std::string_view lecture(int number) {
    return pick(kLectures, static_cast<uint64_t>(number - 1));
}
std::string_view link(int number) {
    return pick(kLinks, static_cast<uint64_t>(number - 1));
}
std::string_view assignment(int number) {
    return pick(kAssignments, static_cast<uint64_t>(number - 1));
}
std::string_view quiz(int number) {
    return pick(kQuizzes, static_cast<uint64_t>(number - 1));
}
std::string_view topic(uint64_t number) {
    return pick(kTopics, number);
}

}  // namespace sim
