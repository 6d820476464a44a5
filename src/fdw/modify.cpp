// Moodle is read, never written: said clearly instead of PostgreSQL's general refusal.
#include "fdw/callbacks.h"

namespace moodle_fdw::fdw {

namespace {

[[noreturn]] void refuse_writing(const char* table) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("foreign table \"%s\" is read only", table),
                    errdetail("moodle_fdw reads from Moodle and never writes to it."),
                    errhint("Copy the rows into a table of your own to change them there.")));
    pg_unreachable();
}

}  // namespace

// All, so that planning comes to plan_modify() and its message.
int is_updatable(Relation) {
    return (1 << CMD_INSERT) | (1 << CMD_UPDATE) | (1 << CMD_DELETE);
}

List* plan_modify(PlannerInfo* root, ModifyTable*, Index result_relation, int) {
    refuse_writing(get_rel_name(planner_rt_fetch(result_relation, root)->relid));
}

void begin_insert(ModifyTableState*, ResultRelInfo* rinfo) {
    refuse_writing(RelationGetRelationName(rinfo->ri_RelationDesc));
}

// COPY asks whether this exists before it comes to begin_insert() and its message.
TupleTableSlot* exec_insert(EState*, ResultRelInfo* rinfo, TupleTableSlot*, TupleTableSlot*) {
    refuse_writing(RelationGetRelationName(rinfo->ri_RelationDesc));
}

RowMarkType row_mark_type(RangeTblEntry* rte, LockClauseStrength strength) {
    if (strength != LCS_NONE) {
        ereport(ERROR,
                (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                 errmsg("rows of foreign table \"%s\" cannot be locked", get_rel_name(rte->relid)),
                 errdetail("They are read from a Moodle, which knows no row locks."),
                 errhint("Leave FOR UPDATE or FOR SHARE out, or name the local tables: FOR "
                         "UPDATE OF … .")));
    }
    return ROW_MARK_COPY;
}

}  // namespace moodle_fdw::fdw
