/* real_sets.h - the label sets that --real names beside the first (real_option.h). */
#ifndef RS_REAL_SETS_H
#define RS_REAL_SETS_H

#include "cli/arguments.h"
#include "reassess/labels.h"

typedef struct rs_label_sets {
    char **names;             /* [count] */
    rs_labels **loaded;       /* [count] */
    const char *const *name;  /* the same, as others look at them */
    const rs_labels *const *labels;
    size_t count;
} rs_label_sets;

/* `first` are the labels by the first set. Clear *sets in any case. */
rs_status rs_load_label_sets(const rs_arguments *arguments, const rs_labels *first,
                             rs_label_sets *sets, rs_error *error);
void rs_label_sets_clear(rs_label_sets *sets);

#endif
