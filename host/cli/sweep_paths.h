/* sweep_paths.h - files that arguments of a sweep stand for: themselves, the files of a folder, or
 * those that fit a pattern. */
#ifndef RS_SWEEP_PATHS_H
#define RS_SWEEP_PATHS_H

#include <stdbool.h>
#include <stddef.h>

#include "reassess/status.h"

typedef struct rs_sweep_paths {
    char **path;
    size_t count;
} rs_sweep_paths;

/* Which files of folders and patterns are models. */
typedef struct rs_path_filter {
    bool any_bytes;   /* raw files too: the shape was given */
    const char *part; /* only names with this in them; NULL: all */
    size_t part_bytes;
} rs_path_filter;

/* Adds what `argument` stands for, in the order of names; folders are not entered deeper. RS_USAGE
 * when that is nothing. The paths are the caller's to free in any case. */
rs_status rs_sweep_paths_add(rs_sweep_paths *paths, const char *argument,
                             const rs_path_filter *filter, rs_error *error);

#endif
