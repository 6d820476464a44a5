// What planning hands to execution in ForeignScan.fdw_private: lists of positions in table.columns.
#pragma once

#include "pg/pg.h"

namespace moodle_fdw::fdw {

inline List* plan_wanted_columns(const ForeignScan* plan) {
    return static_cast<List*>(linitial(plan->fdw_private));
}
inline List* plan_qual_columns(const ForeignScan* plan) {
    return static_cast<List*>(lsecond(plan->fdw_private));
}
inline List* plan_qual_shapes(const ForeignScan* plan) {
    return static_cast<List*>(lthird(plan->fdw_private));
}

}  // namespace moodle_fdw::fdw
