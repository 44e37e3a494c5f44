/* commands.c - the table of commands. */
#include "cli/commands.h"

#include <string.h>

_Static_assert(RS_COMMANDS < 31, "a command is a bit of an int");

const rs_command rs_commands[] = {
#define RS_COMMAND(ID, name, ...)                                                                  \
    {#name, RS_CMD_##ID, rs_command_##name, __VA_ARGS__, rs_help_##name},
#include "command_rows.h"
#undef RS_COMMAND
};

const char *rs_command_text(const rs_command *command)
{
    const char *const gap = strstr(command->text, "\n\n"); /* there: cmake/Commands.cmake */
    return gap != NULL ? gap + 2 : command->text;
}

const rs_command *rs_command_find(const char *name)
{
    for (size_t i = 0; i < RS_COMMANDS; ++i) {
        if (strcmp(rs_commands[i].name, name) == 0) {
            return &rs_commands[i];
        }
    }
    return NULL;
}
