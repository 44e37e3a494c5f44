/* score_averages.c - which averages can be scored as floats, and those scored.
 *
 * What is told of a row are ranks of labels, the first predictions, ties of the first one and the
 * bin of the largest average. Each is looked at: where it could be otherwise in double, the row is
 * left.
 */
#include "engine/score_averages.h"

#include <math.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/row_value.h"
#include "engine/exp_sum.h"
#include "formats/row_span.h"
#include "formats/source_impl.h"

enum { READ_BYTES = 1 << 16 }; /* of each member at a time, where its rows are read */

/* ---- room ---- */

/* One more prediction is looked at than is asked for. A softmax of probabilities is nobody's
 * measure. */
static bool fits(const rs_averaging *of, const rs_row_scorer *scorer)
{
    const bool measured = !scorer->pass->calibration || scorer->pass->values == RS_VALUES_PROBS;
    bool can = of->softmax && of->count <= RS_BLENDED && scorer->select < RS_KEEP_MAX &&
               scorer->width > 1 && measured;
    for (size_t m = 0; can && m < of->count; ++m) {
        can = of->member[m]->info.dtype != RS_DTYPE_F64;
    }
    return can;
}

static rs_status make_room(rs_average_scorer *average, const rs_row_scorer *scorer, rs_error *error)
{
    const rs_averaging *const of = average->of;
    const uint64_t room = rs_average_room(scorer->pass->columns);
    average->room_rows = UINT64_MAX;
    for (size_t m = 0; m < of->count; ++m) {
        const uint64_t rows = READ_BYTES / of->member[m]->info.row_bytes;
        average->room_rows = rows < average->room_rows ? rows : average->room_rows;
    }
    average->room_rows += average->room_rows == 0;
    for (size_t m = 0; m < of->count; ++m) {
        RS_TRY(RS_NEW_ALIGNED(&average->power[m], room, "powers", error));
        RS_TRY(RS_NEW_ALIGNED_ROWS(&average->read[m], average->room_rows,
                                   of->member[m]->info.row_bytes, "rows", error));
    }
    RS_TRY(RS_NEW_ALIGNED(&average->average, room, "averages", error));
    RS_TRY(RS_NEW_ALIGNED(&average->room, room, "a row", error));
    if (of->map != NULL) {
        RS_TRY(RS_NEW_ALIGNED_ROWS(&average->mapped, room, sizeof(float), "a mapped row", error));
    }
    if (scorer->pass->map != NULL) {
        RS_TRY(RS_NEW_ALIGNED_ROWS(&average->seen, scorer->width, sizeof(float), "a mapped row",
                                   error));
    }
    return RS_OK;
}

rs_status rs_average_scorer_init(rs_average_scorer *average, const rs_averaging *of,
                                 const rs_row_scorer *scorer, rs_isa isa, rs_error *error)
{
    *average = (rs_average_scorer){
        .floats = rs_average_floats_get(isa),
        .narrow = rs_row_kernel_get(isa, RS_DTYPE_F32),
        .wide = rs_row_kernel_get(isa, RS_DTYPE_F64),
    };
    if (of == NULL || average->floats == NULL || !fits(of, scorer)) {
        return RS_OK;
    }
    average->of = of;
    const rs_status status = make_room(average, scorer, error);
    if (status != RS_OK) {
        rs_average_scorer_clear(average);
    }
    return status;
}

void rs_average_scorer_clear(rs_average_scorer *average)
{
    for (size_t m = 0; m < RS_BLENDED; ++m) {
        free(average->power[m]);
        free(average->read[m]);
    }
    free(average->average);
    free(average->room);
    free(average->mapped);
    free(average->seen);
    *average = (rs_average_scorer){.of = NULL};
}

/* ---- a row ---- */

/* False where one of the members has no powers. */
static bool average_row(const rs_average_scorer *average, uint32_t columns, uint64_t index,
                        float *largest)
{
    const rs_averaging *const of = average->of;
    rs_float_powers powers = {.count = (uint32_t)of->count};
    for (size_t m = 0; m < of->count; ++m) {
        const rs_dtype dtype = of->member[m]->info.dtype;
        const void *row = average->row[m] + (index - average->begin) * average->stride[m];
        double sum = 0.0;
        if (of->map != NULL) {
            rs_map_row(of->map, dtype, row, average->mapped);
            row = average->mapped;
        }
        if (!average->floats->powers(dtype, row, columns, average->room, average->power[m], &sum)) {
            return false;
        }
        powers.power[m] = average->power[m];
        powers.factor[m] = (float)(of->weight[m] * of->scale / sum);
    }
    *largest = average->floats->add(&powers, columns, average->average);
    return true;
}

/* A row of averages, by positions where the pass has a map. */
typedef struct seen_row {
    const rs_average_floats *floats;
    const rs_row_kernel *narrow;
    const rs_row_scorer *scorer;
    const void *row;
    float largest;
} seen_row;

static bool value_stands_alone(const seen_row *seen, float value)
{
    return value >= RS_AVERAGE_LEAST &&
           seen->floats->near(seen->row, seen->scorer->width, value) == 1;
}

static bool column_stands_alone(const seen_row *seen, uint32_t column)
{
    return value_stands_alone(seen, rs_load_f32(seen->row, column));
}

/* A row in which a label stands alone is not all equal; where it has none that is not told. */
static bool original_stands_alone(const seen_row *seen, int32_t original)
{
    const uint32_t column = original < 0 ? RS_NO_LABEL : rs_column_of(seen->scorer, original);
    return column != RS_NO_LABEL && column_stands_alone(seen, column);
}

/* All of a set but the class `known`. One without a column is behind all others anyway. */
static bool set_stands_alone(const seen_row *seen, const uint32_t *begin, const int32_t *real_class,
                             int32_t known)
{
    for (uint32_t i = begin[0]; i < begin[1]; ++i) {
        const uint32_t column = rs_column_of(seen->scorer, real_class[i]);
        if (real_class[i] != known && column != RS_NO_LABEL && !column_stands_alone(seen, column)) {
            return false;
        }
    }
    return true;
}

/* Whether the predictions that are asked for are those of doubles, in their order. */
static bool predictions_are_told(const seen_row *seen)
{
    const rs_row_scorer *const scorer = seen->scorer;
    const uint32_t width = scorer->width;
    rs_candidate *const candidate = scorer->candidate; /* nobody else's as yet */
    const uint32_t wanted = scorer->select < width ? scorer->select + 1 : width;
    const uint32_t some = seen->narrow->find_candidates(seen->row, width, wanted, candidate);
    const uint32_t found = rs_select_best(candidate, some, wanted);
    for (uint32_t i = 0; i < scorer->select && i < found; ++i) {
        const float value = rs_load_f32(seen->row, candidate[i].column);
        const float next = i + 1 < found ? rs_load_f32(seen->row, candidate[i + 1].column) : 0.0f;
        if (!(value >= RS_AVERAGE_LEAST) || !(value - next > value * RS_AVERAGE_NEAR)) {
            return false;
        }
    }
    return true;
}

/* Whether its bin of calibration has room on both sides of the confidence; 1 is no end of one. */
static bool bin_is_told(double confidence)
{
    const double place = confidence * (double)RS_CALIBRATION_BINS;
    const double edge = rs_round_f64(place);
    return edge >= (double)RS_CALIBRATION_BINS ||
           fabs(place - edge) > place * (double)RS_AVERAGE_NEAR;
}

/* Whether nothing that is counted of the row can be otherwise in double. */
static bool row_is_told(const seen_row *seen, uint64_t index)
{
    const rs_row_scorer *const scorer = seen->scorer;
    const rs_pass *const pass = scorer->pass;
    const int32_t original = pass->labels.original[index];
    if (!original_stands_alone(seen, original) ||
        !set_stands_alone(seen, &pass->labels.real_begin[index], pass->labels.real_class,
                          original)) {
        return false;
    }
    for (size_t s = 0; s < pass->further_count && rs_has_others(scorer, index); ++s) {
        const rs_further_set *const set = &pass->further[s];
        if (!set_stands_alone(seen, &set->real_begin[index], set->real_class, original)) {
            return false;
        }
    }
    if (pass->calibration && !bin_is_told((double)seen->largest)) {
        return false;
    }
    if (scorer->select > 0 && !predictions_are_told(seen)) {
        return false;
    }
    const bool looked = (index & scorer->look_mask) == 0; /* for a tie of the first prediction */
    return !looked || value_stands_alone(seen, seen->largest);
}

static void take_rows_of(rs_row_scorer *scorer, rs_dtype dtype, const rs_row_kernel *kernel,
                         double largest)
{
    scorer->dtype = dtype;
    scorer->kernel = kernel;
    scorer->largest = largest;
}

static float largest_of(const void *row, uint32_t width)
{
    float largest = rs_load_f32(row, 0);
    for (uint32_t j = 1; j < width; ++j) {
        const float value = rs_load_f32(row, j);
        largest = value > largest ? value : largest;
    }
    return largest;
}

/* False: not from floats. */
static bool score_row(const rs_average_scorer *average, rs_row_scorer *scorer, uint64_t row)
{
    const rs_pass *const pass = scorer->pass;
    const uint64_t index = pass->image == NULL ? row : (uint64_t)pass->image[row];
    seen_row seen = {average->floats, average->narrow, scorer, average->average, 0.0f};
    if (!average_row(average, pass->columns, row, &seen.largest)) {
        return false;
    }
    if (pass->map != NULL) {
        rs_map_row(pass->map, RS_DTYPE_F32, average->average, average->seen);
        seen.row = average->seen;
        seen.largest = largest_of(average->seen, scorer->width);
    }
    if (!row_is_told(&seen, index)) {
        return false;
    }
    take_rows_of(scorer, RS_DTYPE_F32, average->narrow, (double)seen.largest);
    rs_score_rows(scorer, average->average, (uint64_t)pass->columns * sizeof(float), row, 1);
    take_rows_of(scorer, RS_DTYPE_F64, average->wide, (double)NAN);
    return true;
}

/* ---- rows ---- */

/* Finds row `first` of each member, and some behind it; what cannot be read is not found, and who
 * reads it again is told why. */
static bool find_rows(rs_average_scorer *average, uint64_t first, uint64_t wanted)
{
    const rs_averaging *const of = average->of;
    if (first >= average->begin && first < average->end) {
        return true;
    }
    average->begin = average->end = first;
    for (size_t m = 0; m < of->count; ++m) {
        rs_row_span span;
        rs_error error;
        if (!rs_row_span_view(of->member[m], first, wanted, &span)) {
            wanted = wanted < average->room_rows ? wanted : average->room_rows;
            if (rs_row_span_take(of->member[m], first, wanted, average->read[m], &span, &error) !=
                RS_OK) {
                return false;
            }
        }
        wanted = span.count;
        average->row[m] = span.first;
        average->stride[m] = span.stride_bytes;
    }
    average->end = first + wanted;
    return wanted > 0;
}

uint64_t rs_score_averages(rs_average_scorer *average, rs_row_scorer *scorer, uint64_t first,
                           uint64_t end, uint64_t *as_read)
{
    const rs_averaging *const of = average->of;
    const int64_t *const image = scorer->pass->image;
    *as_read = UINT64_MAX;
    if (of == NULL) {
        return first;
    }
    rs_sources_prepare(of->member, of->count, first);
    for (uint64_t row = first; row < end; ++row) {
        const bool wanted = image == NULL || image[row] >= 0;
        if (!wanted) {
            continue;
        }
        if (!find_rows(average, row, end - row)) {
            return row;
        }
        if (!score_row(average, scorer, row)) {
            *as_read = 1;
            return row;
        }
    }
    return end;
}
