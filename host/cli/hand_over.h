/* hand_over.h - what a program finds that takes the place of this one: nothing in the folder that
 * somebody stands in, unless that was named. */
#ifndef RS_CLI_HAND_OVER_H
#define RS_CLI_HAND_OVER_H

#include <stdbool.h>
#include <stddef.h>

#include "reassess/status.h"

/* An empty folder of a list means the current one, and is what "$PYTHONPATH:/x" leaves where
 * nothing was set before. */
static inline bool rs_is_named_folder(const char *folder, size_t length)
{
    (void)folder;
    return length > 0;
}

/* Where programs are looked for: folders named from the root alone. */
static inline bool rs_is_folder_of_root(const char *folder, size_t length)
{
    return length > 0 && folder[0] == '/';
}

/* Leaves out of a list of folders in the environment, separated by colons, those that are not
 * `kept`. A variable that is not set stays so. */
rs_status rs_drop_folders(const char *variable, bool (*kept)(const char *folder, size_t length),
                          rs_error *error);

#endif
