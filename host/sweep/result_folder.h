/* result_folder.h - the folder of results that a sweep writes and everybody else reads.
 *
 *     DIR/NAME.json        the record, one line, as `eval --json` writes it
 *     DIR/NAME.topk.npz    the first ten predictions of every row and their values
 *     DIR/NAME.tally       the counters, and what they were made from
 *     DIR/NAME.error.json  why the model's last run failed
 *
 * Slashes in a model's name become underscores. Results of a row range carry it:
 * NAME.rows0-25000.json. The record appears last: where there is one, the files beside it belong
 * to it. Names that start with a dot are files under way; files of other kinds are nobody's
 * business here.
 */
#ifndef RS_RESULT_FOLDER_H
#define RS_RESULT_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "reassess/evaluator.h"

/* Paths of one model's results. */
typedef struct rs_result_files {
    char *record;
    char *sidecar; /* from rs_result_folder_list: NULL where there is no such file */
    char *tally;   /* likewise */
    char *failure; /* likewise */
} rs_result_files;

/* The paths that results of `model` have in `folder`. `range` NULL: all rows. RS_USAGE for a name
 * that cannot be one of a file. Clear them in any case. */
rs_status rs_result_files_make(const char *folder, const char *model, const rs_row_range *range,
                               rs_result_files *files, rs_error *error);
void rs_result_files_clear(rs_result_files *files);

/* A record that is there. */
typedef struct rs_result {
    char *model;
    bool has_row_range; /* a part of the rows, for `merge` to add to the others */
    rs_row_range rows;
    rs_result_files files;
} rs_result;

/* For qsort: by name, parts of a model by their first row, behind the whole. */
int rs_result_order(const void *a, const void *b);

/* The error file of a model's last run. The record of an older run may still be there. */
typedef struct rs_failed_result {
    char *model;
    char *path;
    char *reason; /* as the program said it */
    bool has_record;
} rs_failed_result;

typedef struct rs_result_folder {
    rs_result *result; /* in rs_result_order */
    size_t count;
    rs_failed_result *failed; /* sorted by name */
    size_t failed_count;
} rs_result_folder;

/* Lists `folder`. A .json file that is cut short, is no record, or is of another schema is refused
 * by name (RS_FORMAT, RS_UNSUPPORTED), and so are two records of one model (RS_MISMATCH): a reader
 * of results must not leave something out in silence. A folder without results is no error. Clear
 * in any case. */
rs_status rs_result_folder_list(const char *folder, rs_result_folder *list, rs_error *error);
void rs_result_folder_clear(rs_result_folder *list);

#endif
