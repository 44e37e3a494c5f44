/* real_json.h - the ReaL label sets as they are published: a JSON array of arrays of class indices.
 *
 *     [[], [970, 795], [230, 231], [809], ...]
 *
 * Element i is the set of image i in file-name order. JSON white space may stand anywhere; the
 * order inside a set means nothing; a class that stands twice in a set, and anything that is not a
 * non-negative integer, is an error at its byte.
 *
 * JSON has no comments, so the sets that `reassess synth` makes are marked by white space: every
 * reader skips it, and the file says what it is even where the one with the original labels is not
 * beside it.
 */
#ifndef RS_REAL_JSON_H
#define RS_REAL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "labels/file_names.h"
#include "reassess/status.h"

/* What a file of synthetic sets starts with. */
#define RS_SYNTHETIC_SETS_MARK " \t \t \t\n"

/* Sets in compressed rows, each ascending (see rs_label_view). Free with rs_real_sets_clear. */
typedef struct rs_real_sets {
    uint32_t rows;
    uint32_t *begin;      /* [rows + 1] */
    int32_t *class_index; /* [begin[rows]] */
    int32_t largest;      /* class; -1 when every set is empty */
    bool synthetic;       /* the file starts with the mark */
    uint32_t listed;      /* images that the file lists by name or number: others have no set; 0:
                             it lists all, one after the other */
    rs_file_names names;  /* of the rows, where the file names its images (other forms than this) */
} rs_real_sets;

/* `file` names the input in errors; every class must be below `class_limit`. On failure *sets is
 * empty. */
rs_status rs_real_json_parse(const char *file, const uint8_t *data, size_t size,
                             uint32_t class_limit, rs_real_sets *sets, rs_error *error);

void rs_real_sets_clear(rs_real_sets *sets);

/* Sorts `count` classes ascending. */
void rs_sort_classes(int32_t *classes, size_t count);

#endif
