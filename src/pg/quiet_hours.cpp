#include <string>

#include "pg/quiet_hours.h"

#include "moodle/quiet_hours.h"
#include "pg/guard.h"
#include "pg/options.h"

extern "C" {
#include "pgtime.h"
}

namespace moodle_fdw::pg {

namespace {

bool ignored = false;

// Plain memory, so that it outlives shield().
struct Found {
    char zone[TZ_STRLEN_MAX + 1];
    int minutes_left;
};

Found parse(const char* value, int minute) {
    Found found = {};
    shield([&](Report& report) {
        moodle::QuietHours hours;
        std::string problem;
        if (!moodle::parse_quiet_hours(value, hours, problem)) {
            report.fill("HV024", "invalid value for option \"quiet_hours\": " + problem);
            return;
        }
        strlcpy(found.zone, hours.zone.c_str(), sizeof(found.zone));
        found.minutes_left = moodle::quiet_minutes_left(hours, minute);
    });
    return found;
}

pg_tz* zone_of(const Found& found) {
    return found.zone[0] != '\0' ? pg_tzset(found.zone) : log_timezone;
}

}  // namespace

void setup_quiet_hours() {
    DefineCustomBoolVariable("moodle_fdw.ignore_quiet_hours",
                             "Reads what is heavy for a Moodle also in its quiet hours.", nullptr,
                             &ignored, false, PGC_USERSET, 0, nullptr, nullptr, nullptr);
}

bool quiet_hours_ignored() {
    return ignored;
}

void check_quiet_zone(const char* value) {
    const Found found = parse(value, 0);
    pg_tz* zone = zone_of(found);
    if (zone != nullptr && pg_tz_acceptable(zone)) return;
    ereport(ERROR, (errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
                    errmsg("invalid value for option \"quiet_hours\": there is no time zone "
                           "\"%s\"",
                           found.zone),
                    errhint("SELECT name FROM pg_timezone_names lists them.")));
}

bool is_quiet(Oid server, TimestampTz& until) {
    const char* value = find_option(GetForeignServer(server)->options, "quiet_hours");
    if (value == nullptr || ignored) return false;
    pg_tz* zone = zone_of(parse(value, 0));
    if (zone == nullptr) return false;
    const TimestampTz now = GetCurrentTimestamp();
    struct pg_tm local = {};
    fsec_t fraction = 0;
    int offset = 0;
    const char* name = nullptr;
    if (timestamp2tm(now, &offset, &local, &fraction, &name, zone) != 0) return false;
    const Found found = parse(value, local.tm_hour * 60 + local.tm_min);
    if (found.minutes_left == 0) return false;
    until = now - fraction - local.tm_sec * USECS_PER_SEC + found.minutes_left * USECS_PER_MINUTE;
    return true;
}

void refuse_if_quiet(Oid server, const char* table) {
    TimestampTz until = 0;
    if (!is_quiet(server, until)) return;
    ereport(ERROR,
            (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
             errmsg("moodle instance \"%s\" is not asked for all of \"%s\" in its quiet hours",
                    GetForeignServer(server)->servername, table),
             errdetail("They last until %s.", timestamptz_to_str(until)),
             errhint("Name courses or users in WHERE, wait, or SET moodle_fdw.ignore_quiet_hours = "
                     "on.")));
}

}  // namespace moodle_fdw::pg
