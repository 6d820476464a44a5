// From a JSON value to the Datum of a column.
#pragma once

#include <string>
#include <vector>

#include "moodle/entity.h"
#include "moodle/json.h"
#include "pg/datum_problem.h"
#include "pg/pg.h"

namespace moodle_fdw::pg {

// One per column, made at scan start in a context that lives as long as it does. Plain memory: keep
// it where an ereport may jump over it.
//
// make() is a leaf for guard.h's rule: it keeps no object with a destructor, so it may be called
// wherever a PostgreSQL function may be. What JSON cannot give is a DatumProblem; what raises is
// the input function of a type that was declared by hand, a length modifier, a character that a
// database's encoding other than UTF8 lacks, and lack of memory.
class DatumMaker {
  public:
    // Whether a column of `sql_type` can hold what an entity gives as `type`.
    static bool supports(moodle::ColumnType type, Oid sql_type);

    // Looks types up, so it may raise. Needs supports(type, sql_type).
    // `without`: keys of the record that a digest leaves out; outlives the maker.
    DatumMaker(moodle::ColumnType type, Oid sql_type, int32 typmod,
               const std::vector<std::string>* without = nullptr);

    // Sets `datum` (of CurrentMemoryContext) and `isnull`, or fills `problem` and returns false. A
    // value not found and JSON null are NULL; so is "" where the column is not of
    // characters: PHP leaves it in place of an absent number or time.
    bool make(const moodle::Value& value, Datum& datum, bool& isnull, DatumProblem& problem);

  private:
    enum class Way : uint8_t {
        Natural,  // the datum that the entity's type has by itself
        Narrow,   // int2, int4: the same with a smaller range
        Clock,    // timestamp, date, timestamptz(p)
        Array,    // element by element
        Input,    // by text and the type's input function
    };

    bool natural(const moodle::Value& value, Datum& datum, DatumProblem& problem) const;
    bool narrow(const moodle::Value& value, Datum& datum, DatumProblem& problem) const;
    bool array(const moodle::Value& value, Datum& datum, DatumProblem& problem);
    bool time(const moodle::Value& value, Datum& datum, bool& isnull, DatumProblem& problem);
    bool input(const moodle::Value& value, Datum& datum, DatumProblem& problem);
    bool to_text(const moodle::Value& value, char*& text, DatumProblem& problem);
    Datum read_text(char* text);

    moodle::ColumnType type_;
    Way way_ = Way::Natural;
    bool empty_is_null_ = false;
    bool element_by_value_ = false;
    char element_align_ = 'i';
    int16 element_length_ = -1;
    int32 typmod_;
    Oid sql_type_;
    Oid element_type_ = InvalidOid;
    Oid input_argument_ = InvalidOid;
    FmgrInfo input_function_{};
    DatumMaker* element_ = nullptr;  // makes an array's elements
    const std::vector<std::string>* without_;
};

}  // namespace moodle_fdw::pg
