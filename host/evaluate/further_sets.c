/* further_sets.c - tallies beside that of a pass. */
#include "evaluate/further_sets.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "evaluate/evaluator_impl.h"
#include "tally/tally_impl.h"

struct rs_further {
    rs_evaluator *evaluator;
    const rs_set_differences *differences;
    rs_tally **tally;    /* [count] of models * sets; NULL once taken */
    rs_further_set *set; /* [count] */
    size_t count;
};

static rs_status make_tallies(rs_further *further, const rs_source_info *info, rs_error *error)
{
    const rs_set_differences *const differences = further->differences;
    rs_evaluator uncalibrated = *further->evaluator;
    uncalibrated.options.calibration = false;
    RS_TRY(RS_NEW(&further->tally, further->count, "label sets", error));
    RS_TRY(RS_NEW(&further->set, further->count, "label sets", error));
    for (size_t i = 0; i < further->count; ++i) {
        const rs_labels *const labels = differences->labels[i % differences->sets];
        const rs_label_view *const view = rs_labels_get_view(labels);
        RS_TRY(rs_evaluator_make_tally(&uncalibrated, labels, info, &further->tally[i], error));
        further->set[i] = (rs_further_set){.real_begin = view->real_begin,
                                           .real_class = view->real_class,
                                           .counters = rs_tally_counters(further->tally[i])};
    }
    return RS_OK;
}

rs_status rs_further_begin(rs_evaluator *evaluator, const rs_set_differences *differences,
                           size_t models, const rs_source_info *info, rs_further **further,
                           rs_error *error)
{
    *further = NULL;
    rs_further *made = NULL;
    RS_TRY(RS_NEW(&made, 1, "label sets", error));
    *made = (rs_further){
        .evaluator = evaluator, .differences = differences, .count = models * differences->sets};
    const rs_status status = make_tallies(made, info, error);
    if (status != RS_OK) {
        rs_further_free(made);
        return status;
    }
    evaluator->further = made->set;
    evaluator->further_count = differences->sets;
    evaluator->differences = differences;
    *further = made;
    return RS_OK;
}

rs_status rs_further_take(rs_further *further, size_t model, size_t set, const rs_tally *own,
                          rs_tally **tally, rs_error *error)
{
    const rs_set_differences *const differences = further->differences;
    rs_tally **const from = &further->tally[model * differences->sets + set];
    RS_TRY(rs_tally_count_labels_beside(*from, own, differences, set, error));
    *tally = *from;
    *from = NULL;
    return RS_OK;
}

void rs_further_free(rs_further *further)
{
    if (further == NULL) {
        return;
    }
    if (further->evaluator->further == further->set) {
        further->evaluator->further = NULL;
        further->evaluator->further_count = 0;
        further->evaluator->differences = NULL;
    }
    for (size_t i = 0; further->tally != NULL && i < further->count; ++i) {
        rs_tally_free(further->tally[i]);
    }
    free(further->tally);
    free(further->set);
    free(further);
}
