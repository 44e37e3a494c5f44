/* label_files.h - where reassess labels --fetch (scripts/get_labels.sh) puts the label
 * files, and which of them are there.
 *
 * The folder is $REASSESS_LABELS, else $XDG_CACHE_HOME/reassess/labels, else
 * $HOME/.cache/reassess/labels.
 */
#ifndef RS_LABEL_FILES_H
#define RS_LABEL_FILES_H

#include "reassess/status.h"

/* Paths are NULL for files that are not there. Free with rs_label_files_clear. */
typedef struct rs_label_files {
    char *folder;   /* NULL when no variable names one */
    char *real;     /* real.json */
    char *original; /* original.txt */
    char *synsets;  /* synsets.txt */
    char *names;    /* names.txt */
} rs_label_files;

/* That files are missing is no error here; that $REASSESS_LABELS names no folder is. */
rs_status rs_label_files_find(rs_label_files *files, rs_error *error);

/* The same in a given folder. */
rs_status rs_label_files_find_in(const char *folder, rs_label_files *files, rs_error *error);

/* RS_IO with what to do about it when real.json or original.txt is missing. */
rs_status rs_label_files_require(const rs_label_files *files, rs_error *error);

void rs_label_files_clear(rs_label_files *files);

#endif
