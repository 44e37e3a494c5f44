/* commands.h - every command, from one table: command_rows.h, which cmake/Commands.cmake makes of
 * the heads of help/NAME.txt, in the order in which help lists them:
 *
 *     RS_COMMAND(ID, name, summary in one line, arguments)
 *
 * Each is a bit RS_CMD_ID and the function rs_command_NAME, which is to run it and stands in
 * cmd_NAME.c. A command that has no text does not exist, and one without a function does not link.
 *
 * main finds and runs commands by it, help shows it, options.def says by its bits which commands
 * take an option.
 */
#ifndef RS_COMMANDS_H
#define RS_COMMANDS_H

#include "reassess/status.h"

struct rs_context;

enum {
#define RS_COMMAND(ID, ...) RS_COMMAND_##ID,
#include "command_rows.h"
#undef RS_COMMAND
    RS_COMMANDS
};

enum {
#define RS_COMMAND(ID, ...) RS_CMD_##ID = 1 << RS_COMMAND_##ID,
#include "command_rows.h"
#undef RS_COMMAND
    RS_CMD_LIST = 1 << RS_COMMANDS /* no command: the lines of sweep --list */
};

typedef struct rs_command {
    const char *name;
    unsigned bit;
    rs_status (*run)(const struct rs_context *context, rs_error *error);
    const char *summary;   /* one line */
    const char *arguments; /* "[options] MODEL..." */
    const char *text;      /* help/NAME.txt with its head: rs_command_text */
} rs_command;

extern const rs_command rs_commands[]; /* [RS_COMMANDS] */

/* Paragraphs, and examples behind the last blank line. */
const char *rs_command_text(const rs_command *command);

const rs_command *rs_command_find(const char *name); /* NULL: none of that name */

#define RS_COMMAND(ID, name, ...)                                                                  \
    rs_status rs_command_##name(const struct rs_context *context, rs_error *error);                \
    extern const char rs_help_##name[];
#include "command_rows.h"
#undef RS_COMMAND

#endif
