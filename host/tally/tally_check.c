/* tally_check.c - whether some rows could have given the counters of a tally that was read. */
#include <inttypes.h>

#include "base/error.h"
#include "tally/tally_bytes.h"
#include "tally/tally_impl.h"

static rs_status fail(const char *file, rs_error *error, const char *what, uint64_t part,
                      uint64_t whole)
{
    return rs_fail(error, RS_FORMAT, file, rs_nowhere(), "remove it and run the sweep again",
                   "the counters contradict each other: %s (%" PRIu64 " of %" PRIu64 ")", what,
                   part, whole);
}

/* Returns from the calling function when a part is larger than its whole. */
#define CHECK_PART(part, whole, what)                                                              \
    do {                                                                                           \
        if ((part) > (whole)) {                                                                    \
            return fail(file, error, what, (part), (whole));                                       \
        }                                                                                          \
    } while (0)

static rs_status check_scalars(const char *file, const rs_tally *tally, uint64_t rows,
                               rs_error *error)
{
    /* Each counter is at most the one named beside it, all at most `most`. */
    static const struct {
        uint8_t part, whole;
    } pairs[] = {
        {RS_COUNT_2_FIRST_SECOND, RS_COUNT_2_FIRST},
        {RS_COUNT_2_FIRST_SECOND, RS_COUNT_2_SECOND},
        {RS_COUNT_3_FIRST_THIRD, RS_COUNT_3_FIRST},
        {RS_COUNT_3_FIRST_THIRD, RS_COUNT_3_THIRD},
        {RS_COUNT_3_FIRST_SECOND, RS_COUNT_3_FIRST},
        {RS_COUNT_3_FIRST_SECOND_THIRD, RS_COUNT_3_FIRST_SECOND},
        {RS_COUNT_3_FIRST_SECOND_THIRD, RS_COUNT_3_FIRST_THIRD},
    };
    const uint64_t *const count = tally->counters;
    uint64_t differing = 0;
    for (size_t i = 0; i < RS_COUNT_SCALARS; ++i) {
        const uint64_t most =
            i >= RS_COUNT_3_FIRST && i <= RS_COUNT_3_FIRST_SECOND_THIRD ? tally->rows_with_3
            : i >= RS_COUNT_2_FIRST && i <= RS_COUNT_2_FIRST_SECOND     ? tally->rows_with_2
                                                                        : rows;
        CHECK_PART(count[i], most, "a counter is larger than the number of its rows");
    }
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; ++i) {
        CHECK_PART(count[pairs[i].part], count[pairs[i].whole],
                   "further predictions are right more often than their condition holds");
    }
    for (size_t i = RS_COUNT_DIFFER_PREDICTION; i <= RS_COUNT_DIFFER_NEITHER; ++i) {
        differing += count[i];
    }
    CHECK_PART(differing, rows, "there are more disagreements than rows");
    CHECK_PART(count[RS_COUNT_LOOKED_TIED_ROWS], count[RS_COUNT_LOOKED_ROWS],
               "there are more ties than rows in which they were looked for");
    return RS_OK;
}

static rs_status check_class(const char *file, const rs_tally *tally, uint32_t block,
                             rs_error *error)
{
    static const char too_many[] = "a class has more rows right than rows";
    const uint32_t topk_count = tally->shape.topk_count;
    const rs_label_counts *const labels = &tally->labels[block];
    const uint64_t *const count =
        tally->counters + RS_COUNT_SCALARS + (size_t)block * tally->layout.class_stride;
    /* Rows of unknown original label are no rows of ImageNet accuracy. */
    const uint64_t known = block == tally->shape.classes ? 0 : labels->images;
    CHECK_PART(labels->nonempty, labels->images, "a class has more sets than rows");
    CHECK_PART(labels->in_set, labels->nonempty, "a class has more rows in their set than sets");
    CHECK_PART(count[RS_CLASS_ORACLE_CORRECT], labels->in_set, too_many);
    CHECK_PART(count[RS_CLASS_NONEMPTY_CORRECT], labels->nonempty, too_many);
    CHECK_PART(count[RS_CLASS_ORACLE_SHARE],
               count[RS_CLASS_ORACLE_CORRECT] * rs_oracle_share(1), "shares of more than one");
    for (uint32_t k = 0; k < topk_count; ++k) {
        const uint64_t *const original = count + RS_CLASS_FIXED + k;
        const uint64_t *const real = original + topk_count;
        CHECK_PART(*original, k + 1 < topk_count ? original[1] : known, too_many);
        CHECK_PART(*real, k + 1 < topk_count ? real[1] : labels->nonempty, too_many);
    }
    return RS_OK;
}

/* Rows of a class with y in its set of `size` labels; RS_CHOICE_LARGE_SIZE: of so many and more.
 * `large`: where the class begins on the list of larger sets. */
static uint64_t rows_of_size(const rs_tally *tally, uint32_t class_index, uint32_t size,
                             size_t large)
{
    uint64_t rows = size <= RS_SMALL_SET_SIZE ? tally->labels[class_index].by_size[size - 1] : 0;
    for (; large < tally->large_set_count && tally->large_sets[large].class_index == class_index;
         ++large) {
        const uint32_t listed = tally->large_sets[large].size;
        if (listed == size || (size == RS_CHOICE_LARGE_SIZE && listed > size)) {
            rows += tally->large_sets[large].rows;
        }
    }
    return rows;
}

/* The lists of sizes were checked. */
static rs_status check_choice(const char *file, const rs_tally *tally, rs_error *error)
{
    uint64_t all = 0;
    size_t large = 0;
    for (uint32_t c = 0; c < tally->shape.classes; ++c) {
        const uint64_t *const choice = tally->counters + rs_tally_choice_index(&tally->layout, c);
        const uint64_t oracle_correct =
            tally->counters[rs_tally_class_index(&tally->layout, (int32_t)c) +
                            RS_CLASS_ORACLE_CORRECT];
        uint64_t rows = 0;
        for (uint32_t s = RS_CHOICE_SIZED; s < RS_CHOICE_COUNTERS; ++s) {
            CHECK_PART(choice[s], rows_of_size(tally, c, s + 1, large),
                       "a class has more valid choices than sets of their size");
            rows += choice[s];
        }
        CHECK_PART(choice[RS_CHOICE_ORIGINAL], rows,
                   "a class has more choices of the original label than choices");
        CHECK_PART(choice[RS_CHOICE_ORIGINAL], oracle_correct,
                   "a class has more choices of the original label than rows right");
        all += rows;
        while (large < tally->large_set_count && tally->large_sets[large].class_index == c) {
            ++large;
        }
    }
    CHECK_PART(all, tally->counters[RS_COUNT_2_FIRST],
               "there are more valid choices than first predictions in a set");
    return RS_OK;
}

/* Every row with y in its set has a set size: a small one, or one on the list. */
static rs_status check_set_sizes(const char *file, const rs_tally *tally, uint64_t rows,
                                 rs_error *error)
{
    size_t next = 0;
    for (uint32_t c = 0; c <= tally->shape.classes; ++c) {
        const rs_label_counts *const labels = &tally->labels[c];
        uint64_t sized = 0;
        for (int s = 0; s < RS_SMALL_SET_SIZE; ++s) {
            CHECK_PART(labels->by_size[s], rows, "there are more sets than rows");
            sized += labels->by_size[s];
        }
        uint32_t before = RS_SMALL_SET_SIZE;
        for (; next < tally->large_set_count && tally->large_sets[next].class_index == c; ++next) {
            const rs_set_count *const large = &tally->large_sets[next];
            CHECK_PART(before + UINT64_C(1), large->size, "the list of set sizes does not ascend");
            CHECK_PART(UINT64_C(1), large->rows, "the list of set sizes has an entry of no rows");
            CHECK_PART(large->rows, rows, "there are more sets than rows");
            sized += large->rows;
            before = large->size;
        }
        if (sized != labels->in_set) {
            return fail(file, error, "set sizes do not add up", sized, labels->in_set);
        }
    }
    if (next != tally->large_set_count) {
        return fail(file, error, "the list of set sizes is not sorted", next,
                    tally->large_set_count);
    }
    return RS_OK;
}

/* A sum of reals over at most `rows` rows. */
static rs_status check_sum(const char *file, const uint64_t *whole, uint64_t rows, rs_error *error)
{
    static const char too_large[] = "a sum is larger than its rows can give";
    CHECK_PART(whole[0], rows * (uint64_t)RS_FIXED_LIMIT, too_large);
    CHECK_PART(whole[1], rows * (uint64_t)RS_FIXED_ONE, too_large);
    return RS_OK;
}

/* The counters that rs_count_nll (count_calibration.h) fills. */
static rs_status check_nll(const char *file, const uint64_t *calib, size_t rows, size_t square,
                           rs_error *error)
{
    CHECK_PART(calib[rows], calib[RS_CALIB_ROWS], "more rows are calibrated than there are");
    RS_TRY(check_sum(file, calib + rows + 1, calib[rows], error));
    RS_TRY(check_sum(file, calib + square, calib[rows], error));
    CHECK_PART(calib[square + 2], calib[rows], "there are more squares than rows");
    return RS_OK;
}

static rs_status check_calibration(const char *file, const rs_tally *tally, uint64_t rows,
                                   rs_error *error)
{
    const uint64_t *const calib = tally->counters + tally->layout.calibration;
    uint64_t in_bins = 0;
    uint64_t real_in_bins = 0;
    CHECK_PART(calib[RS_CALIB_ROWS], rows, "more rows are calibrated than there are");
    RS_TRY(check_sum(file, calib + RS_CALIB_CONFIDENCE_WHOLE, rows, error));
    RS_TRY(check_nll(file, calib, RS_CALIB_NLL_ROWS, RS_CALIB_NLL_SQUARE_WHOLE, error));
    RS_TRY(check_nll(file, calib, RS_CALIB_REAL_NLL_ROWS, RS_CALIB_REAL_NLL_SQUARE_WHOLE, error));
    for (int b = 0; b < RS_CALIBRATION_BINS; ++b) {
        const uint64_t *const bin = calib + RS_CALIB_SCALARS + (size_t)b * RS_BIN_COUNTERS;
        CHECK_PART(bin[RS_BIN_ROWS], rows, "a bin has more rows than there are");
        CHECK_PART(bin[RS_BIN_REAL_ROWS], rows, "a bin has more rows than there are");
        CHECK_PART(bin[RS_BIN_CORRECT], bin[RS_BIN_ROWS], "a bin has more rows right than rows");
        CHECK_PART(bin[RS_BIN_REAL_CORRECT], bin[RS_BIN_REAL_ROWS],
                   "a bin has more rows right than rows");
        RS_TRY(check_sum(file, bin + RS_BIN_CONFIDENCE_WHOLE, rows, error));
        RS_TRY(check_sum(file, bin + RS_BIN_REAL_CONFIDENCE_WHOLE, rows, error));
        in_bins += bin[RS_BIN_ROWS];
        real_in_bins += bin[RS_BIN_REAL_ROWS];
    }
    CHECK_PART(in_bins, calib[RS_CALIB_ROWS], "the bins have more rows than there are");
    CHECK_PART(real_in_bins, calib[RS_CALIB_ROWS], "the bins have more rows than there are");
    return RS_OK;
}

rs_status rs_tally_check(const char *file, const rs_tally *tally, rs_error *error)
{
    const uint64_t rows = rs_tally_rows(tally);
    uint64_t images = 0;
    CHECK_PART(tally->rows_with_2, rows, "there are more sets than rows");
    CHECK_PART(tally->rows_with_3, tally->rows_with_2, "there are more large sets than sets");
    RS_TRY(check_scalars(file, tally, rows, error));
    for (uint32_t c = 0; c <= tally->shape.classes; ++c) {
        CHECK_PART(tally->labels[c].images, rows, "a class has more rows than there are");
        RS_TRY(check_class(file, tally, c, error));
        images += tally->labels[c].images;
    }
    if (images != rows) {
        return fail(file, error, "the classes do not add up", images, rows);
    }
    RS_TRY(check_set_sizes(file, tally, rows, error));
    RS_TRY(check_choice(file, tally, error));
    return tally->shape.calibration ? check_calibration(file, tally, rows, error) : RS_OK;
}
