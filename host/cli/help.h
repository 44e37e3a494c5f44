/* help.h - the option table as text: --help, the man page, completions of shells. */
#ifndef RS_HELP_H
#define RS_HELP_H

#include <stdbool.h>

#include "base/text.h"
#include "cli/options.h"

/* Where the examples of a command begin; its paragraphs end two line ends before. */
const char *rs_help_examples(const rs_command *command);

void rs_help_overview(rs_text *out);
void rs_help_command(const rs_command *command, rs_text *out);
/* The options that matter most and three examples, for -h. */
void rs_help_short(const rs_command *command, rs_text *out);
void rs_help_man(rs_text *out);        /* roff, man(7) macros */

/* Scripts for "bash", "zsh" and "fish"; false for another shell. */
bool rs_help_completion(const char *shell, rs_text *out);

/* Environment variables, ended by one without a name. */
typedef struct rs_variable {
    const char *name;
    const char *help;
} rs_variable;
extern const rs_variable rs_variables[];

#endif
