/* diagnose_last.c - the diagnosis of a pass: of its first predictions, and where these say nothing,
 * of its last ones.
 *
 * Losses, distances, negated logits, a ranking by argsort without a minus: what should be first is
 * last. Of a sound model the last prediction is right next to never.
 */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "evaluate/diagnose_impl.h"
#include "evaluate/doubt.h"
#include "labels/image_order.h"

enum { LEAST_CLASSES = 10 }; /* of fewer, the last may be right without more */

#define TIMES 2 /* as often as the first */

/* In the order the pass took. */
static bool tell_reversed(const rs_doubted_pass *pass, const rs_trial *first, rs_diagnosis *out)
{
    const uint32_t *const image = pass->used == NULL ? NULL : rs_order_get(pass->used);
    const rs_trial last = {first->labels, pass->last, first->stride};
    const rs_fit by_first = rs_fit_of(first, image, NULL);
    const rs_fit by_last = rs_fit_of(&last, image, NULL);
    if (rs_near_chance(by_last.right, by_last.known, first->labels->classes) ||
        by_last.right <= TIMES * by_first.right || !rs_fit_is_better(&by_last, &by_first)) {
        return false;
    }
    rs_tell_reversed(rs_fit_accuracy(&by_last), out);
    return true;
}

/* In another order as well. */
static rs_status diagnose_reversed(const rs_labels *labels, const rs_doubted_pass *pass,
                                   const rs_trial *first, rs_diagnosis *diagnosis,
                                   rs_error *error)
{
    const uint32_t *const image = pass->used == NULL ? NULL : rs_order_get(pass->used);
    const rs_fit by_first = rs_fit_of(first, image, NULL);
    rs_diagnosis last;
    RS_TRY(rs_diagnose_answers(labels, pass->used, pass->last, pass->stride, &last, error));
    if (!last.found || last.finding == RS_FINDING_SOME_ROWS ||
        last.accuracy <= TIMES * rs_fit_accuracy(&by_first)) {
        return RS_OK;
    }
    diagnosis->found = true;
    diagnosis->finding = RS_FINDING_REVERSED;
    diagnosis->accuracy = last.accuracy;
    (void)snprintf(diagnosis->text, sizeof diagnosis->text,
                   "the last prediction of the rows looks like their first one, of a model whose "
                   "%.1000s; besides, " RS_TURN_ROUND_TEXT,
                   last.text);
    return RS_OK;
}

rs_status rs_diagnose_pass(const rs_labels *labels, const rs_doubted_pass *pass,
                           rs_diagnosis *diagnosis, rs_error *error)
{
    RS_NEED(diagnosis, error);
    *diagnosis = (rs_diagnosis){0};
    RS_NEED(labels, error);
    RS_NEED(pass, error);
    const int32_t *const prediction = pass->prediction;
    RS_NEED(prediction, error);
    if (pass->stride == 0) {
        return rs_usage(error, "a stride of 0 takes the first row for every one: give 1 where "
                               "predictions lie side by side");
    }
    const rs_label_view *const view = rs_labels_get_view(labels);
    RS_TRY(rs_order_check_images(pass->used, view->rows, error));
    const rs_trial first = {view, prediction, pass->stride};
    const bool has_last = pass->last != NULL && view->classes >= LEAST_CLASSES;
    if (has_last && tell_reversed(pass, &first, diagnosis)) {
        return RS_OK;
    }
    RS_TRY(rs_diagnose_answers(labels, pass->used, prediction, pass->stride, diagnosis, error));
    return diagnosis->found || !has_last
               ? RS_OK
               : diagnose_reversed(labels, pass, &first, diagnosis, error);
}
