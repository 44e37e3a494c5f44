/* fit_targets.h - what each row is to be taken for, and which rows are kept. */
#ifndef RS_FIT_TARGETS_H
#define RS_FIT_TARGETS_H

#include <stdbool.h>
#include <stdint.h>

#include "reassess/labels.h"
#include "reassess/status.h"

/* In compressed rows, as rs_label_view has its sets. A row without a class teaches nothing. */
typedef struct rs_fit_targets {
    uint64_t rows;
    uint32_t classes;
    uint32_t *begin; /* [rows + 1] */
    int32_t *label;  /* [begin[rows]] */
    bool *kept;      /* [rows]; NULL: all are */
    uint64_t hash;
} rs_fit_targets;

/* Which rows of the labels a list leaves. */
typedef struct rs_fit_keep {
    const char *path;       /* NULL: all are kept */
    bool drop;              /* the list says which are not */
    const char *files_path; /* names of all images, in the order of the labels; NULL: none */
} rs_fit_keep;

/* `labels` in file-name order, of which row order[i] belongs to row i (NULL: row i). `sets`: learn
 * the label sets, else the original labels. *targets is empty on failure. */
rs_status rs_fit_targets_make(const rs_labels *labels, const rs_order *order, bool sets,
                              const rs_fit_keep *keep, rs_fit_targets *targets, rs_error *error);

/* How many rows have each class, of those that a head learns from: rows[classes]. Returns how many
 * classes have none. */
uint32_t rs_fit_count_classes(const rs_fit_targets *targets, bool kept, uint64_t *rows);

/* Whether a head learns from the row. */
static inline bool rs_fit_learns(const rs_fit_targets *targets, uint64_t row, bool kept)
{
    return targets->begin[row + 1] > targets->begin[row] &&
           (!kept || targets->kept == NULL || targets->kept[row]);
}

void rs_fit_targets_clear(rs_fit_targets *targets);

#endif
