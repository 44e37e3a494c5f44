/* output_check.h - no output takes the place of what a command reads, or of another output.
 *
 *     reassess eval --json *.npy        # the shell makes "--json a.npy b.npy" of it
 *
 * Files are the same when they are the same file, whatever links and spellings lead to them. What
 * is refused, is refused before anything is scored. Options say in options.def what they read and
 * write.
 */
#ifndef RS_OUTPUT_CHECK_H
#define RS_OUTPUT_CHECK_H

#include "cli/arguments.h"

/* RS_USAGE when an output that was given is an input of the command or a label file of the label
 * folder, begins as files of models or labels do, or is named twice. */
rs_status rs_check_outputs(const rs_arguments *arguments, rs_error *error);

/* Likewise of a file that the option makes and no argument names. */
rs_status rs_check_output(const rs_arguments *arguments, rs_option_id id, const char *path,
                          rs_error *error);

/* RS_USAGE when an output that was given is this input, which no argument names as it is. NULL is
 * fine. */
rs_status rs_check_input(const rs_arguments *arguments, const char *path, rs_error *error);

#endif
