/* leftovers.h - temporary files of runs that were killed. */
#ifndef RS_LEFTOVERS_H
#define RS_LEFTOVERS_H

#include "cli/arguments.h"

/* Removes them (base/file_stale.h) from the folders that the command is to write into. */
void rs_remove_leftovers(const rs_arguments *arguments);

#endif
