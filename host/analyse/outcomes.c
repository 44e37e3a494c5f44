/* outcomes.c - predictions into bits. */
#include "analyse/outcomes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/bits.h"
#include "base/checked.h"
#include "base/error.h"

static rs_status make_bits(uint64_t **bits, size_t sets, size_t words, rs_error *error)
{
    uint64_t count = 0;
    if (!rs_mul_u64(sets, words, &count)) {
        return rs_fail_memory(error, UINT64_MAX, "outcomes of models");
    }
    RS_TRY(RS_NEW(&*bits, count, "outcomes of models", error));
    return RS_OK;
}

rs_status rs_outcomes_create(size_t models, uint64_t rows, rs_outcomes *outcomes, rs_error *error)
{
    uint64_t cells = 0;
    *outcomes = (rs_outcomes){.models = models, .rows = rows, .words = rs_bit_words(rows)};
    RS_TRY(make_bits(&outcomes->scored, 1, outcomes->words, error));
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        RS_TRY(make_bits(&outcomes->counted[measure], 1, outcomes->words, error));
        RS_TRY(make_bits(&outcomes->right[measure], models, outcomes->words, error));
    }
    if (!rs_mul_u64(models, rows, &cells)) {
        return rs_fail_memory(error, UINT64_MAX, "predictions of models");
    }
    RS_TRY(RS_NEW(&outcomes->prediction, cells, "predictions of models", error));
    memset(outcomes->prediction, -1, cells * sizeof(int32_t));
    return RS_OK;
}

/* The images of the first model, which all others must have. */
static void set_images(rs_outcomes *outcomes, const rs_label_view *labels, const uint32_t *order,
                       rs_row_range range)
{
    for (uint64_t row = range.begin; row < range.end; ++row) {
        const uint64_t image = order == NULL ? row : order[row];
        rs_bit_set(outcomes->scored, image);
        if (labels->original[image] != RS_CLASS_UNKNOWN) {
            rs_bit_set(outcomes->counted[RS_BY_IMAGENET], image);
        }
        if (labels->real_begin[image + 1] > labels->real_begin[image]) {
            rs_bit_set(outcomes->counted[RS_BY_REAL], image);
        }
    }
    outcomes->images = 0;
    for (size_t i = 0; i < outcomes->words; ++i) {
        outcomes->images += rs_bit_count(outcomes->scored[i]);
    }
}

static bool is_in_set(const rs_label_view *labels, uint64_t image, int32_t prediction)
{
    for (uint32_t i = labels->real_begin[image]; i < labels->real_begin[image + 1]; ++i) {
        if (labels->real_class[i] == prediction) {
            return true;
        }
    }
    return false;
}

static void mark(rs_outcomes *outcomes, const rs_label_view *labels, uint64_t image,
                 int32_t class_index)
{
    const size_t at = outcomes->filled * outcomes->words;
    outcomes->prediction[outcomes->filled * outcomes->rows + image] = class_index;
    if (class_index < 0) {
        return;
    }
    if (class_index == labels->original[image]) {
        rs_bit_set(outcomes->right[RS_BY_IMAGENET] + at, image);
    }
    if (is_in_set(labels, image, class_index)) {
        rs_bit_set(outcomes->right[RS_BY_REAL] + at, image);
    }
}

static uint64_t image_of(const rs_model_outcomes *of, uint64_t row)
{
    return of->order == NULL ? row : of->order[row];
}

/* `once` has a bit for every image, none set: that of an image whose row is still to come. */
static rs_status add_rows(rs_outcomes *outcomes, const rs_label_view *labels,
                          const rs_model_outcomes *of, uint64_t *once, rs_error *error)
{
    static const char advice[] = "compare models on the same rows only";
    uint64_t images = 0;
    for (uint64_t row = of->range.begin; row < of->range.end; ++row) {
        images += rs_bit_get(once, image_of(of, row)) ? 0 : 1;
        rs_bit_set(once, image_of(of, row));
    }
    if (images != outcomes->images) {
        return rs_fail(error, RS_MISMATCH, of->file, rs_nowhere(), advice,
                       "%" PRIu64 " images were scored, but %" PRIu64 " of the first model",
                       images, outcomes->images);
    }
    for (uint64_t row = of->range.begin; row < of->range.end; ++row) {
        const uint64_t image = image_of(of, row);
        if (!rs_bit_get(outcomes->scored, image)) {
            return rs_fail(error, RS_MISMATCH, of->file, rs_at_row(image), advice,
                           "the first model was not scored on this image");
        }
        if (rs_bit_get(once, image)) { /* an image that comes again counts the first time */
            rs_bit_clear(once, image);
            mark(outcomes, labels, image, of->prediction[(row - of->range.begin) * of->stride]);
        }
    }
    return RS_OK;
}

rs_status rs_outcomes_add(rs_outcomes *outcomes, const rs_label_view *labels,
                          const rs_model_outcomes *of, rs_error *error)
{
    uint64_t *once = NULL;
    RS_TRY(RS_NEW(&once, outcomes->words, "images of a model", error));
    if (outcomes->filled == 0) {
        set_images(outcomes, labels, of->order, of->range);
    }
    const rs_status status = add_rows(outcomes, labels, of, once, error);
    free(once);
    RS_TRY(status);
    ++outcomes->filled;
    return RS_OK;
}

static uint64_t count_bits(const uint64_t *bits, size_t words)
{
    uint64_t count = 0;
    for (size_t i = 0; i < words; ++i) {
        count += rs_bit_count(bits[i]);
    }
    return count;
}

uint64_t rs_outcomes_total(const rs_outcomes *outcomes, rs_measure measure)
{
    return count_bits(outcomes->counted[measure], outcomes->words);
}

uint64_t rs_outcomes_correct(const rs_outcomes *outcomes, rs_measure measure, size_t model)
{
    return count_bits(outcomes->right[measure] + model * outcomes->words, outcomes->words);
}

void rs_outcomes_clear(rs_outcomes *outcomes)
{
    free(outcomes->scored);
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        free(outcomes->counted[measure]);
        free(outcomes->right[measure]);
    }
    free(outcomes->prediction);
    *outcomes = (rs_outcomes){0};
}
