/* commands.c - the table of commands. */
#include "cli/commands.h"

#include <string.h>

_Static_assert(RS_COMMANDS < 31, "a command is a bit of an int");

const rs_command rs_commands[] = {
#define RS_COMMAND(ID, name, ...)                                                                  \
    {#name, RS_CMD_##ID, rs_command_##name, __VA_ARGS__, rs_help_##name},
#include "cli/commands.def"
#undef RS_COMMAND
};

const rs_command *rs_command_find(const char *name)
{
    for (size_t i = 0; i < RS_COMMANDS; ++i) {
        if (strcmp(rs_commands[i].name, name) == 0) {
            return &rs_commands[i];
        }
    }
    return NULL;
}
