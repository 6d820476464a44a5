#include "fdw/user_mapping.h"

namespace moodle_fdw::fdw {

void create_user_mapping(const char* server, const MappingOption* options, int count) {
    CreateUserMappingStmt* statement = makeNode(CreateUserMappingStmt);
    RoleSpec* role = makeNode(RoleSpec);
    role->roletype = ROLESPEC_CURRENT_USER;
    role->location = -1;
    statement->user = role;
    statement->servername = pstrdup(server);
    for (int i = 0; i < count; i++) {
        Node* value = reinterpret_cast<Node*>(makeString(options[i].value));
        statement->options =
            lappend(statement->options, makeDefElem(pstrdup(options[i].name), value, -1));
    }
    CreateUserMapping(statement);
}

}  // namespace moodle_fdw::fdw
