/* row_doubt.c - whether the values of a model's rows are what a model writes.
 *
 * Rows of one value in all columns are what a file holds that was made whole before it was filled.
 * One is enough to say so, unless there are so few classes that rounding makes them equal. +inf is
 * what is left of logits that float16 cannot hold. Ties are ordinary where values are rounded: with
 * largest logits between 8 and 28 rounded to bf16, 0.5 to 4.6 % of the rows of published models of
 * ImageNet have one, 0.6 % at most in float16, and next to none in float32. More than that decides
 * whether one model is better than another.
 */
#include "sweep/row_doubt.h"

#include <inttypes.h>
#include <math.h>

enum {
    FEW_CLASSES = 16,  /* of fewer, a row of equal values can be a row of rounded ones */
    FEW_ROWS = 100,    /* one in so many is no accident all the same */
    LEAST_LOOKED = 100 /* rows in which ties were looked for */
};

/* The share of tied rows above which, by more than chance, it is told. */
#define TIED_SHARE 0.05

static bool are_unwritten(const rs_record *record)
{
    return record->constant_rows > 0 && (record->input.classes >= FEW_CLASSES ||
                                         record->constant_rows > record->input.rows / FEW_ROWS);
}

/* Rows that are told for another reason are not told again. */
static bool are_often_tied(const rs_record *record)
{
    const double rows = (double)record->input.rows;
    const double other = (double)record->constant_rows + (double)record->inf_rows;
    const double looked = (double)record->looked_rows;
    const double tied = (double)record->looked_tied_rows - looked * other / fmax(rows, 1.0);
    return record->looked_rows >= LEAST_LOOKED &&
           tied - TIED_SHARE * looked > 2.5 * sqrt(looked * TIED_SHARE * (1.0 - TIED_SHARE));
}

rs_status rs_doubt_rows(rs_record *record, bool columns_told, bool *doubtful, rs_error *error)
{
    rs_warnings *const warnings = &record->warnings;
    if (record->has_inf_rows && record->inf_rows > 0) {
        *doubtful = true;
        RS_TRY(rs_warnings_add(warnings, RS_WARNING_COUNTS, error,
                               "%" PRIu64 " of %" PRIu64 " rows have +inf as their largest value: "
                               "logits beyond 65504 overflow in float16. Save them as float32, or "
                               "convert them before the last layer",
                               record->inf_rows, record->input.rows));
    }
    if (!record->has_row_health) {
        return RS_OK;
    }
    if (are_unwritten(record)) {
        *doubtful = true;
        RS_TRY(rs_warnings_add(warnings, RS_WARNING_COUNTS, error,
                               "%" PRIu64 " of %" PRIu64 " rows hold the same value in every "
                               "column, which makes class 0 their prediction: were they never "
                               "written?",
                               record->constant_rows, record->input.rows));
    }
    if (!columns_told && are_often_tied(record)) {
        *doubtful = true;
        RS_TRY(rs_warnings_add(warnings, RS_WARNING_COUNTS, error,
                               "in %" PRIu64 " of %" PRIu64 " rows that were looked at another "
                               "class has the value of the first prediction, and the lower class "
                               "number decides: values were rounded too far. Save logits as "
                               "float32; --row-flags counts all such rows",
                               record->looked_tied_rows, record->looked_rows));
    }
    return RS_OK;
}

/* ---- values ---- */

/* Of probabilities, times how far a sound model may be from its own confidence. */
#define MODEST 3.0

rs_status rs_doubt_values(rs_record *record, rs_values values, rs_error *error)
{
    const rs_calibration *const calibration = &record->calibration;
    const rs_metric *const top1 = rs_record_metric(record, "imagenet_top1");
    const uint64_t columns = record->input.classes;
    /* A softmax of numbers between 0 and 1 makes no prediction more confident than this. */
    const double most = exp(1.0) / (exp(1.0) + (double)columns - 1.0);
    if (!calibration->measured || calibration->rows == 0 || columns < 3 ||
        calibration->confidence > most * (1.0 + 1e-6)) {
        return RS_OK;
    }
    if (values == RS_VALUES_LOGITS) {
        return rs_warnings_add(&record->warnings, RS_WARNING_VALUES, error,
                               "the rows look like probabilities, but were taken for logits: for "
                               "calibration say --values probs");
    }
    if (values != RS_VALUES_PROBS || top1 == NULL || top1->reason != NULL ||
        top1->value < MODEST * calibration->confidence) {
        return RS_OK;
    }
    return rs_warnings_add(&record->warnings, RS_WARNING_VALUES, error,
                           "no probability is above %.4f, as if softmax had been applied twice, "
                           "and %.2f %% of the first predictions are right: for calibration save "
                           "the logits, or apply softmax once",
                           most, 100.0 * top1->value);
}
