/* help.h - the option table as text: --help, the man page, bash completion. */
#ifndef RS_HELP_H
#define RS_HELP_H

#include "base/text.h"
#include "cli/options.h"

/* Where the examples of a command begin; its paragraphs end two line ends before. */
const char *rs_help_examples(const rs_command *command);

void rs_help_overview(rs_text *out);
void rs_help_command(const rs_command *command, rs_text *out);
void rs_help_man(rs_text *out);        /* roff, man(7) macros */
void rs_help_completion(rs_text *out); /* a bash script */

#endif
