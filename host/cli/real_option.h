/* real_option.h - what --real names: a FILE, or NAME=FILE where several label sets are given.
 *
 * The first one is the ground truth of everything a command says; the others are counted beside it,
 * by the same pass. A file whose whole name is there is that file, though it holds a "=".
 */
#ifndef RS_REAL_OPTION_H
#define RS_REAL_OPTION_H

#include "cli/arguments.h"

/* NULL where --real was not given. */
const char *rs_real_path(const rs_arguments *arguments);
/* The file that a value of --real names, and how many bytes of it are the name; -1: it has none. */
const char *rs_set_path(const char *value);
int rs_set_name_length(const char *value);

/* Usage: several sets where the command takes one, a name that is none, one that comes twice. */
rs_status rs_check_label_sets(const rs_arguments *arguments, rs_error *error);

#endif
