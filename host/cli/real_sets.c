/* real_sets.c - the labels of each further label set. */
#include "cli/real_sets.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "cli/load_labels.h"
#include "cli/real_option.h"

/* The pass takes rows, classes and original labels for those of the first set. */
static rs_status check_alike(const rs_labels *labels, const rs_labels *first, rs_error *error)
{
    const rs_label_view *const a = rs_labels_get_view(labels);
    const rs_label_view *const b = rs_labels_get_view(first);
    if (a->rows == b->rows && a->classes == b->classes &&
        memcmp(a->original, b->original, a->rows * sizeof a->original[0]) == 0) {
        return RS_OK;
    }
    return rs_fail(error, RS_MISMATCH, rs_labels_real_path(labels), rs_nowhere(),
                   "score it by itself",
                   "the label set is not of the images of the first one: %" PRIu64
                   " images, %" PRIu32 " classes, and %" PRIu64 " images, %" PRIu32 " classes",
                   a->rows, a->classes, b->rows, b->classes);
}

static rs_status load_set(const rs_arguments *arguments, const char *value, const rs_labels *first,
                          rs_label_sets *sets, rs_error *error)
{
    const size_t at = sets->count++;
    const size_t length = (size_t)rs_set_name_length(value);
    RS_TRY(RS_NEW(&sets->names[at], length + 1, "the name of a label set", error));
    memcpy(sets->names[at], value, length);
    RS_TRY(rs_load_labels_by(arguments, rs_set_path(value), first, &sets->loaded[at], error));
    return check_alike(sets->loaded[at], first, error);
}

rs_status rs_load_label_sets(const rs_arguments *arguments, const rs_labels *first,
                             rs_label_sets *sets, rs_error *error)
{
    const rs_argument_list *const given = &arguments->option[RS_OPT_REAL];
    *sets = (rs_label_sets){.count = 0};
    if (given->count < 2) {
        return RS_OK;
    }
    RS_TRY(RS_NEW(&sets->names, given->count, "names of label sets", error));
    RS_TRY(RS_NEW(&sets->loaded, given->count, "label sets", error));
    for (size_t i = 1; i < given->count; ++i) {
        RS_TRY(load_set(arguments, given->value[i], first, sets, error));
    }
    sets->name = (const char *const *)sets->names;
    sets->labels = (const rs_labels *const *)sets->loaded;
    return RS_OK;
}

void rs_label_sets_clear(rs_label_sets *sets)
{
    for (size_t s = 0; s < sets->count; ++s) {
        free(sets->names[s]);
        rs_labels_free(sets->loaded[s]);
    }
    free(sets->names);
    free(sets->loaded);
    *sets = (rs_label_sets){.count = 0};
}
