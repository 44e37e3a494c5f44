/* synth_predictions.c - placing given classes strictly, spreading the rest of the mass below them.
 *
 * The rest is spread as exp of a normal: column j gets mass in proportion to weight[pick_j], pick_j
 * random. Eight tables of weights, each half as uneven as the one before; the first whose largest
 * value stays below the last given class is taken, so mass is hardly ever lost to the limit.
 */
#include "synth/synth_predictions.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/random.h"
#include "reassess/labels.h"
#include "synth/synth_math.h"
#include "synth/synth_value.h"

#define TAIL_SALT UINT64_C(0x7461696c5f6d6173)

enum { PICK_BITS = 10, PICKS = 1 << PICK_BITS, TABLES = 8, BLOCK = 256 };

static const double WIDEST = 2.0; /* standard deviation of the logits in the first table */
static const double SMALLEST = 0x1.0p-1000; /* keeps logarithms away from subnormals */
static const double ZERO_STANDS_FOR = 0x1.0p-40;
static const double REST_AT_LEAST = 0x1.0p-40;

struct rs_synth_spread {
    uint32_t columns;
    uint64_t seed;
    char *file;
    double logarithm[TABLES][PICKS];
    double weight[TABLES][PICKS];
};

typedef struct prediction {
    double probability;
    int32_t class_index;
} prediction;

/* The given classes of a row, best first. */
typedef struct ranked_row {
    uint32_t count;
    prediction best[RS_SYNTH_GIVEN_MAX];
} ranked_row;

rs_status rs_synth_spread_create(uint32_t columns, uint64_t seed, const char *file,
                                 rs_synth_spread **spread, rs_error *error)
{
    *spread = NULL;
    if (columns == 0 || columns > RS_MAX_COLUMNS) {
        return rs_fail(error, RS_RANGE, NULL, rs_nowhere(), "ask for at least one column",
                       "cannot make logits of %" PRIu32 " columns", columns);
    }
    rs_synth_spread *made = NULL;
    RS_TRY(RS_NEW(&made, 1, "tables", error));
    made->columns = columns;
    made->seed = seed;
    const rs_status status = rs_copy_text(&made->file, file, error);
    if (status != RS_OK) {
        rs_synth_spread_free(made);
        return status;
    }
    double deviation = WIDEST;
    for (int table = 0; table < TABLES; ++table) {
        for (int pick = 0; pick < PICKS; ++pick) {
            const double normal = rs_synth_normal_quantile((pick + 0.5) / (double)PICKS);
            made->logarithm[table][pick] = deviation * normal;
            made->weight[table][pick] = rs_synth_exp(deviation * normal);
        }
        deviation *= 0.5;
    }
    *spread = made;
    return RS_OK;
}

void rs_synth_spread_free(rs_synth_spread *spread)
{
    if (spread != NULL) {
        free(spread->file);
        free(spread);
    }
}

static rs_status check_prediction(const rs_synth_spread *spread, uint64_t row, prediction next,
                                  const ranked_row *ranked, rs_error *error)
{
    if (next.class_index < 0 || (uint32_t)next.class_index >= spread->columns) {
        return rs_fail(error, RS_RANGE, spread->file, rs_at_row(row),
                       "ask for as many columns as the model has classes",
                       "class %" PRId32 " is none of the columns 0 to %" PRIu32, next.class_index,
                       spread->columns - 1);
    }
    /* f16 probabilities may exceed 1 by a rounding; logits would exceed it by far. */
    if (!(next.probability >= 0.0 && next.probability <= 1.01)) {
        return rs_fail(error, RS_RANGE, spread->file, rs_at_row(row),
                       "give probabilities (a softmax), not logits",
                       "the score %g of class %" PRId32 " is no probability", next.probability,
                       next.class_index);
    }
    for (uint32_t i = 0; i < ranked->count; ++i) {
        if (ranked->best[i].class_index == next.class_index) {
            return rs_fail(error, RS_FORMAT, spread->file, rs_at_row(row),
                           "each class can be predicted once per row",
                           "class %" PRId32 " stands twice in the row", next.class_index);
        }
    }
    return RS_OK;
}

static bool ahead(prediction a, prediction b)
{
    return a.probability > b.probability ||
           (a.probability == b.probability && a.class_index < b.class_index);
}

static rs_status rank_row(const rs_synth_spread *spread, uint64_t row, uint32_t given,
                          const int32_t *classes, const double *probabilities, ranked_row *ranked,
                          rs_error *error)
{
    ranked->count = 0;
    for (uint32_t i = 0; i < given; ++i) {
        const prediction next = {.probability = probabilities[i], .class_index = classes[i]};
        if (next.class_index == RS_CLASS_UNKNOWN) {
            continue;
        }
        RS_TRY(check_prediction(spread, row, next, ranked, error));
        uint32_t at = ranked->count++;
        while (at > 0 && ahead(next, ranked->best[at - 1])) {
            ranked->best[at] = ranked->best[at - 1];
            --at;
        }
        ranked->best[at] = next;
    }
    return RS_OK;
}

/* Replaces what has no logarithm; returns the mass that is left for the other columns. */
static double settle_mass(const rs_synth_spread *spread, ranked_row *ranked)
{
    double sum = 0.0;
    double last = 1.0;
    for (uint32_t i = 0; i < ranked->count; ++i) {
        double p = ranked->best[i].probability;
        sum += p;
        if (p <= 0.0) {
            p = last * 0.5 < ZERO_STANDS_FOR ? last * 0.5 : ZERO_STANDS_FOR;
        }
        p = p < 1.0 ? p : 1.0;
        last = p > SMALLEST ? p : SMALLEST;
        ranked->best[i].probability = last;
    }
    const double others = (double)(spread->columns - ranked->count);
    const double fits = ranked->count == 0 ? 1.0 : others * last * 0.9375;
    const double rest = 1.0 - sum > REST_AT_LEAST ? 1.0 - sum : REST_AT_LEAST;
    return rest < fits ? rest : fits;
}

static void draw_picks(const rs_synth_spread *spread, uint64_t row, uint16_t *picks)
{
    enum { PER_DRAW = 64 / PICK_BITS };
    rs_random random = rs_random_make(spread->seed ^ TAIL_SALT, row);
    uint64_t draw = 0;
    for (uint32_t column = 0; column < spread->columns; ++column) {
        draw = column % PER_DRAW == 0 ? rs_random_u64(&random) : draw >> PICK_BITS;
        picks[column] = (uint16_t)(draw & (PICKS - 1));
    }
}

/* The first table that keeps every column below the last given class; *unit gets the logarithm
 * of the mass that one unit of its weights stands for. */
static int choose_table(const rs_synth_spread *spread, const ranked_row *ranked, double rest,
                        const uint16_t *picks, double *unit)
{
    const double limit = ranked->count == 0 ? 1.0 : ranked->best[ranked->count - 1].probability;
    int table = 0;
    for (;; ++table) {
        const double *const weight = spread->weight[table];
        double total = 0.0;
        for (uint32_t column = 0; column < spread->columns; ++column) {
            total += weight[picks[column]];
        }
        for (uint32_t i = 0; i < ranked->count; ++i) {
            total -= weight[picks[ranked->best[i].class_index]];
        }
        total = total > weight[0] ? total : weight[0]; /* every column may be a given one */
        if (rest * weight[PICKS - 1] < limit * total || table == TABLES - 1) {
            *unit = rs_synth_log(rest / total);
            return table;
        }
    }
}

/* Every column, the given ones included: those are overwritten later. */
static void fill_tail(const rs_synth_spread *spread, int table, double unit, double cap,
                      const uint16_t *picks, rs_dtype dtype, void *row)
{
    double block[BLOCK];
    const size_t bytes = rs_dtype_bytes(dtype);
    for (uint32_t begin = 0; begin < spread->columns; begin += BLOCK) {
        const uint32_t end = begin + BLOCK < spread->columns ? begin + BLOCK : spread->columns;
        for (uint32_t i = 0; i < end - begin; ++i) {
            const double value = unit + spread->logarithm[table][picks[begin + i]];
            block[i] = value < cap ? value : cap;
        }
        rs_value_encode_run(dtype, block, end - begin, (char *)row + begin * bytes);
    }
}

static void place_row(const rs_synth_spread *spread, ranked_row *ranked, const uint16_t *picks,
                      rs_dtype dtype, void *row)
{
    const double rest = settle_mass(spread, ranked);
    uint64_t bits[RS_SYNTH_GIVEN_MAX];
    for (uint32_t i = 0; i < ranked->count; ++i) {
        bits[i] = rs_value_encode(dtype, rs_synth_log(ranked->best[i].probability));
        if (i > 0 && rs_value_key(dtype, bits[i]) >= rs_value_key(dtype, bits[i - 1])) {
            bits[i] = rs_value_below(dtype, bits[i - 1]);
        }
    }
    if (ranked->count < spread->columns) {
        double unit = 0.0;
        const int table = choose_table(spread, ranked, rest, picks, &unit);
        double cap = 0.0;
        if (ranked->count > 0) {
            cap = rs_value_decode(dtype, rs_value_below(dtype, bits[ranked->count - 1]));
        }
        fill_tail(spread, table, unit, cap, picks, dtype, row);
    }
    for (uint32_t i = 0; i < ranked->count; ++i) {
        rs_value_store(dtype, row, (uint64_t)ranked->best[i].class_index, bits[i]);
    }
}

rs_status rs_synth_spread_rows(const rs_synth_spread *spread, uint64_t first_row, uint64_t rows,
                               const rs_synth_placed *given, rs_dtype dtype, void *out,
                               rs_error *error)
{
    if (given->count > RS_SYNTH_GIVEN_MAX) {
        return rs_fail(error, RS_RANGE, spread->file, rs_nowhere(), "keep the best few of each row",
                       "%" PRIu32 " predictions a row, at most %d can be placed", given->count,
                       RS_SYNTH_GIVEN_MAX);
    }
    uint16_t *picks = NULL;
    RS_TRY(RS_NEW(&picks, spread->columns, "a row", error));
    const uint64_t row_bytes = (uint64_t)spread->columns * rs_dtype_bytes(dtype);
    rs_status status = RS_OK;
    for (uint64_t i = 0; i < rows; ++i) {
        /* Without predictions there are no arrays, and nothing can be added to NULL. */
        const uint64_t at = i * given->count;
        ranked_row ranked;
        RS_TRY_DONE(rank_row(spread, first_row + i, given->count,
                             at == 0 ? given->classes : given->classes + at,
                             at == 0 ? given->probabilities : given->probabilities + at, &ranked,
                             error));
        draw_picks(spread, first_row + i, picks);
        place_row(spread, &ranked, picks, dtype, (char *)out + i * row_bytes);
    }
done:
    free(picks);
    return status;
}
