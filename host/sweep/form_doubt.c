/* form_doubt.c - see form_doubt.h.
 *
 * An answer as 1 among zeros says the first prediction and nothing of the second: what is counted
 * among the first five goes by class number. Probabilities in percent are ranked as others are,
 * and a softmax of them is sure of everything. argsort(argsort(x)) holds for each class its place,
 * where a ranking holds for each place its class; read as the other it is noise.
 */
#include "sweep/form_doubt.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/error.h"
#include "base/row_value.h"
#include "evaluate/doubt.h"
#include "sweep/row_look.h"

enum {
    LEAST_CLASSES = 10, /* of fewer, rows of a sure model may be rounded to one-hot */
    LEAST_ROWS = 100,
    LOOKED = 64,
    LOOKED_PLACES = 400
};

static bool is_one_hot(const rs_row_look *reader, const void *values)
{
    const rs_dtype dtype = reader->info->dtype;
    double most = rs_row_value(dtype, values, 0);
    double least = most;
    uint32_t at_least = 0;
    for (uint32_t j = 0; j < reader->width; ++j) {
        const double value = rs_row_value(dtype, values, j);
        at_least = value < least ? 1 : at_least + (value == least);
        least = fmin(least, value);
        most = fmax(most, value);
    }
    return at_least + 1 == reader->width && most > least;
}

/* From column to column, as what sorting leaves. */
static bool is_sorted(const rs_row_look *reader, const void *values)
{
    const rs_dtype dtype = reader->info->dtype;
    bool falls = true;
    bool rises = true;
    for (uint32_t j = 1; j < reader->width; ++j) {
        const double before = rs_row_value(dtype, values, j - 1);
        const double value = rs_row_value(dtype, values, j);
        falls = falls && value <= before;
        rises = rises && value >= before;
    }
    return falls != rises; /* of one value alone it is both */
}

static bool is_percent(const rs_row_look *reader, const void *values)
{
    double sum = 0.0;
    for (uint32_t j = 0; j < reader->width; ++j) {
        const double value = rs_row_value(reader->info->dtype, values, j);
        if (!(value >= 0.0)) {
            return false;
        }
        sum += value;
    }
    return fabs(sum - 100.0) < 1.0;
}

/* Whether all rows that are looked at are such. */
static rs_status are_all(const rs_row_look *reader,
                         bool (*is)(const rs_row_look *reader, const void *values), bool *all,
                         rs_error *error)
{
    const uint64_t step = reader->info->rows / LOOKED;
    *all = true;
    for (uint32_t i = 0; i < LOOKED && *all; ++i) {
        const void *values = NULL;
        RS_TRY(rs_row_look_values(reader, step * i, &values, error));
        *all = values != NULL && is(reader, values);
    }
    return RS_OK;
}

static bool can_look(const rs_column_look *look, rs_content content)
{
    if (!rs_row_look_can(look->source) || look->metrics->classes < LEAST_CLASSES) {
        return false;
    }
    const rs_source_info *const info = rs_source_get_info(look->source);
    return info->content == content && info->rows >= LEAST_ROWS && info->rows != RS_ROWS_UNKNOWN;
}

rs_status rs_doubt_forms(const rs_column_look *look, bool as_logits, rs_record *record,
                         bool *doubtful, rs_error *error)
{
    rs_row_look reader = {0};
    bool one_hot = false;
    bool sorted = false;
    bool percent = false;
    rs_status status = RS_OK;
    if (!can_look(look, RS_CONTENT_LOGITS)) {
        return RS_OK;
    }
    RS_TRY_DONE(rs_row_look_open(look->source, look->map, &reader, error));
    RS_TRY_DONE(are_all(&reader, is_one_hot, &one_hot, error));
    if (!one_hot) {
        RS_TRY_DONE(are_all(&reader, is_sorted, &sorted, error));
    }
    if (as_logits && record->calibration.measured && !one_hot && !sorted) {
        RS_TRY_DONE(are_all(&reader, is_percent, &percent, error));
    }
    *doubtful = *doubtful || one_hot || sorted;
    if (one_hot) {
        status = rs_warnings_add(&record->warnings, RS_WARNING_COUNTS, error,
                                 "all rows that were looked at hold one value for all classes but "
                                 "one, as one-hot answers do: only the first prediction is known, "
                                 "and further ones go by class number. Save the logits, or the "
                                 "classes as integers");
    } else if (sorted) {
        status = rs_warnings_add(&record->warnings, RS_WARNING_COUNTS, error,
                                 "all rows that were looked at are sorted by value: which class "
                                 "each value is of was lost. Save the logits as the model gives "
                                 "them, or the classes beside the values as integers");
    } else if (percent) {
        status = rs_warnings_add(&record->warnings, RS_WARNING_VALUES, error,
                                 "the rows look like probabilities in percent, but were taken for "
                                 "logits: for calibration divide them by 100 and say --values "
                                 "probs");
    }
done:
    rs_row_look_close(&reader);
    return status;
}

rs_status rs_doubt_class_places(const rs_column_look *look, rs_diagnosis *diagnosis,
                                rs_error *error)
{
    const uint32_t classes = look->metrics->classes;
    rs_row_look reader = {0};
    uint64_t rows = 0;
    uint64_t best[2] = {0, 0}; /* rows whose label has place 0, and the last place */
    rs_status status = RS_OK;
    if (!can_look(look, RS_CONTENT_PREDICTIONS) ||
        rs_source_get_info(look->source)->columns != classes) {
        return RS_OK;
    }
    RS_TRY_DONE(rs_row_look_open(look->source, NULL, &reader, error));
    const uint64_t step = reader.info->rows / LOOKED_PLACES + 1;
    for (uint64_t row = 0; row < reader.info->rows && row < look->labels->rows; row += step) {
        const void *values = NULL;
        const int32_t label = look->labels->original[row];
        RS_TRY_DONE(rs_row_look_values(&reader, row, &values, error));
        if (values == NULL || label < 0) {
            continue;
        }
        const uint32_t place = rs_load_u32(values, (uint32_t)label);
        rows += 1;
        best[0] += place == 0;
        best[1] += place == classes - 1;
    }
    const bool last = best[1] > best[0];
    if (rs_near_chance(best[last], rows, classes) || rows < LEAST_ROWS) {
        goto done;
    }
    diagnosis->found = true;
    diagnosis->finding = RS_FINDING_COLUMNS;
    diagnosis->accuracy = (double)best[last] / (double)rows;
    (void)snprintf(diagnosis->text, sizeof diagnosis->text,
                   "column j seems to hold the place of class j, where a ranking has the class of "
                   "place j: that of the label holds %" PRIu32
                   " in %.2f %% of the rows that were looked at. Save argsort(%splaces), or the "
                   "logits",
                   last ? classes - 1 : 0, 100.0 * diagnosis->accuracy, last ? "-" : "");
done:
    rs_row_look_close(&reader);
    return status;
}
