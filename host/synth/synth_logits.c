/* synth_logits.c - deciding which rows are right; drawing the values: synth_rows.c. */
#include "synth/synth_logits.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/random.h"
#include "synth/synth_logits_plan.h"
#include "synth/synth_math.h"

#define KIND_SALT   UINT64_C(0x726f775f6b696e64)
#define WINNER_SALT UINT64_C(0x77696e6e65725f5f)
#define RIGHT_SALT  UINT64_C(0x72696768745f5f5f)

rs_synth_kind rs_synth_row_kind(const rs_synth_logits *plan, uint64_t row)
{
    const rs_synth_logits_options *const o = &plan->options;
    if (o->nan_share + o->inf_share + o->tied_share <= 0.0) {
        return RS_SYNTH_PLAIN;
    }
    rs_random random = rs_random_make(o->seed ^ KIND_SALT, row);
    const double at = rs_random_unit(&random);
    if (at < o->nan_share) {
        return RS_SYNTH_NAN;
    }
    if (at < o->nan_share + o->inf_share) {
        return RS_SYNTH_INF;
    }
    return at < o->nan_share + o->inf_share + o->tied_share ? RS_SYNTH_TIED : RS_SYNTH_PLAIN;
}

uint32_t rs_synth_row_winner(const rs_synth_logits *plan, uint64_t row)
{
    if (plan->winner != NULL) {
        return (uint32_t)plan->winner[row];
    }
    rs_random random = rs_random_make(plan->options.seed ^ WINNER_SALT, row);
    return rs_random_below(&random, plan->options.columns);
}

typedef struct row_set {
    const int32_t *classes;
    uint32_t size;
} row_set;

static row_set set_of(const rs_label_view *labels, uint64_t row)
{
    const uint32_t begin = labels->real_begin[row];
    return (row_set){labels->real_class + begin, labels->real_begin[row + 1] - begin};
}

static bool set_has(row_set set, int32_t class_index)
{
    for (uint32_t i = 0; i < set.size; ++i) {
        if (set.classes[i] == class_index) {
            return true;
        }
    }
    return false;
}

/* A column outside an ascending set that is smaller than the row: the n-th free one, n random. */
static int32_t draw_outside(rs_random *random, uint32_t columns, row_set set)
{
    int32_t column = (int32_t)rs_random_below(random, columns - set.size);
    for (uint32_t i = 0; i < set.size && set.classes[i] <= column; ++i) {
        ++column;
    }
    return column;
}

/* What a row can be: whether it counts, and whether it could be right and wrong. */
typedef struct row_chance {
    bool counted;
    bool right;
    bool wrong;
    bool outside; /* there is a wrong column, not only a NaN */
} row_chance;

static row_chance chance_of(const rs_synth_logits *plan, uint64_t row)
{
    const rs_synth_logits_options *const o = &plan->options;
    const uint32_t answers = o->target == RS_SYNTH_BY_ORIGINAL
                                 ? o->labels->original[row] != RS_CLASS_UNKNOWN
                                 : set_of(o->labels, row).size;
    const bool nan = rs_synth_row_kind(plan, row) == RS_SYNTH_NAN;
    const bool outside = answers < o->columns;
    return (row_chance){.counted = answers > 0,
                        .right = answers > 0 && !nan,
                        .wrong = nan || outside,
                        .outside = outside};
}

static int32_t draw_right(const rs_synth_logits *plan, rs_random *random, uint64_t row)
{
    const int32_t own = plan->options.labels->original[row];
    const row_set set = set_of(plan->options.labels, row);
    if (plan->options.target == RS_SYNTH_BY_ORIGINAL) {
        return own;
    }
    if (set_has(set, own) && rs_random_unit(random) < 0.9) {
        return own;
    }
    return set.classes[rs_random_below(random, set.size)];
}

/* By the original label many errors name another label of the set, as real models do; by the set
 * half of them name an original label that is not in it. */
static int32_t draw_wrong(const rs_synth_logits *plan, rs_random *random, uint64_t row)
{
    const rs_synth_logits_options *const o = &plan->options;
    const int32_t own = o->labels->original[row];
    const row_set set = set_of(o->labels, row);
    if (o->target == RS_SYNTH_BY_ORIGINAL) {
        if (set.size > 0 && rs_random_unit(random) < 0.6) {
            const int32_t other = set.classes[rs_random_below(random, set.size)];
            if (other != own) {
                return other;
            }
        }
        return draw_outside(random, o->columns, (row_set){&own, own == RS_CLASS_UNKNOWN ? 0 : 1});
    }
    if (own != RS_CLASS_UNKNOWN && !set_has(set, own) && rs_random_unit(random) < 0.5) {
        return own;
    }
    return draw_outside(random, o->columns, set);
}

/* Rows that are right about as often as one another: of 0, the original label is in the set, of 1
 * it is not. Real models are much less often right where the label is wrong. */
enum { STRATA = 2 };

static uint32_t stratum_of(const rs_synth_logits *plan, uint64_t row)
{
    const rs_synth_logits_options *const o = &plan->options;
    return o->target == RS_SYNTH_BY_ORIGINAL &&
           !set_has(set_of(o->labels, row), o->labels->original[row]);
}

typedef struct stratum {
    uint64_t able;   /* rows that could be right */
    uint64_t forced; /* of these: rows that could not be wrong */
    uint64_t right;  /* rows wanted right */
} stratum;

static uint64_t clamp(uint64_t value, uint64_t low, uint64_t high)
{
    if (value < low) {
        return low;
    }
    return value < high ? value : high;
}

/* Splits `right`, which is possible, over the strata. */
static void split_right(stratum strata[STRATA], uint64_t right, double accuracy)
{
    stratum *const usual = &strata[0];
    stratum *const odd = &strata[1];
    const double odd_accuracy = accuracy * accuracy * accuracy * accuracy;
    const uint64_t odd_right = (uint64_t)(odd_accuracy * (double)odd->able + 0.5);
    const uint64_t asked = clamp(odd_right, odd->forced, odd->able);
    usual->right = clamp(right > asked ? right - asked : 0, usual->forced, usual->able);
    odd->right = right - usual->right;
}

/* Picks exactly the wanted number of right rows: each one in turn is right with probability (still
 * needed) / (still possible). */
static void draw_winners(rs_synth_logits *plan, stratum strata[STRATA])
{
    const rs_synth_logits_options *const o = &plan->options;
    rs_random choice = rs_random_make(o->seed ^ RIGHT_SALT, 0);
    for (uint32_t i = 0; i < STRATA; ++i) { /* from here on: of the rows that can be either */
        strata[i].able -= strata[i].forced;
        strata[i].right -= strata[i].forced;
    }
    for (uint64_t row = 0; row < o->rows; ++row) {
        const row_chance chance = chance_of(plan, row);
        rs_random random = rs_random_make(o->seed ^ WINNER_SALT, row);
        bool right = chance.right;
        if (chance.right && chance.wrong) {
            stratum *const mine = &strata[stratum_of(plan, row)];
            right = rs_random_below(&choice, (uint32_t)mine->able) < mine->right;
            mine->right -= right;
            --mine->able;
        }
        if (right) {
            plan->winner[row] = draw_right(plan, &random, row);
        } else if (chance.counted && chance.outside) {
            plan->winner[row] = draw_wrong(plan, &random, row);
        } else { /* nothing to be right about, or a NaN row that no column could make wrong */
            plan->winner[row] = (int32_t)rs_random_below(&random, o->columns);
        }
    }
}

static rs_status plan_winners(rs_synth_logits *plan, rs_error *error)
{
    const rs_synth_logits_options *const o = &plan->options;
    stratum strata[STRATA] = {0};
    uint64_t total = 0; /* rows that the accuracy is taken over */
    for (uint64_t row = 0; row < o->rows; ++row) {
        const row_chance chance = chance_of(plan, row);
        stratum *const mine = &strata[stratum_of(plan, row)];
        total += chance.counted;
        mine->able += chance.right;
        mine->forced += chance.right && !chance.wrong;
    }
    const uint64_t able = strata[0].able + strata[1].able;
    const uint64_t forced = strata[0].forced + strata[1].forced;
    const uint64_t right = (uint64_t)(o->accuracy * (double)total + 0.5);
    if (right < forced || right > able) {
        return rs_fail(error, RS_RANGE, NULL, rs_nowhere(),
                       "ask for another accuracy or for fewer rows with NaN",
                       "an accuracy of %g over %" PRIu64 " rows means %" PRIu64
                       " right ones, possible are %" PRIu64 " to %" PRIu64,
                       o->accuracy, total, right, forced, able);
    }
    RS_TRY(RS_NEW(&plan->winner, o->rows, "winning classes", error));
    split_right(strata, right, o->accuracy);
    draw_winners(plan, strata);
    return RS_OK;
}

static void fill_noise_table(rs_synth_logits *plan)
{
    const double deviation = 2.0;
    const double farthest = 3.9;
    float next = (float)(-farthest * deviation);
    for (int i = 0; i < RS_SYNTH_KNOTS; ++i) {
        const double p = (double)(i + 1) / (double)RS_SYNTH_KNOTS;
        const double quantile = i + 1 < RS_SYNTH_KNOTS ? rs_synth_normal_quantile(p) : farthest;
        plan->knot[i] = next;
        next = (float)(quantile * deviation);
        plan->slope[i] = next - plan->knot[i];
    }
    while (plan->low_mask < plan->options.columns - 1) {
        plan->low_mask = plan->low_mask * 2 + 1;
    }
}

static bool is_share(double share)
{
    return share >= 0.0 && share <= 1.0; /* false for NaN */
}

static rs_status check_options(const rs_synth_logits_options *o, rs_error *error)
{
    if (o->rows == 0 || o->rows > RS_MAX_ROWS || o->columns == 0 || o->columns > RS_MAX_COLUMNS) {
        return rs_fail(
            error, RS_RANGE, NULL, rs_nowhere(), "ask for at least one row and one column",
            "cannot make logits of %" PRIu64 " rows and %" PRIu32 " columns", o->rows, o->columns);
    }
    if (!is_share(o->accuracy) || !is_share(o->nan_share) || !is_share(o->inf_share) ||
        !is_share(o->tied_share) || o->nan_share + o->inf_share + o->tied_share > 1.0) {
        return rs_fail(
            error, RS_RANGE, NULL, rs_nowhere(),
            "give fractions, for example 0.76; those of special rows add up to at most 1",
            "a share of rows is not between 0 and 1");
    }
    if (o->labels != NULL && o->labels->rows != o->rows) {
        return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(), "ask for as many rows as labels",
                       "%" PRIu64 " rows of logits for %" PRIu64 " labels", o->rows,
                       o->labels->rows);
    }
    if (o->labels != NULL && o->labels->classes > o->columns) {
        return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(), "ask for a column for every class",
                       "%" PRIu32 " columns of logits for labels of %" PRIu32 " classes",
                       o->columns, o->labels->classes);
    }
    return RS_OK;
}

rs_status rs_synth_logits_create(const rs_synth_logits_options *options, rs_synth_logits **plan,
                                 rs_error *error)
{
    *plan = NULL;
    RS_TRY(check_options(options, error));
    rs_synth_logits *made = NULL;
    RS_TRY(RS_NEW(&made, 1, "a plan of logits", error));
    made->options = *options;
    fill_noise_table(made);
    if (options->labels != NULL) {
        const rs_status status = plan_winners(made, error);
        if (status != RS_OK) {
            rs_synth_logits_free(made);
            return status;
        }
    }
    *plan = made;
    return RS_OK;
}

const rs_synth_logits_options *rs_synth_logits_get_options(const rs_synth_logits *plan)
{
    return &plan->options;
}

void rs_synth_logits_free(rs_synth_logits *plan)
{
    if (plan != NULL) {
        free(plan->winner);
        free(plan);
    }
}
