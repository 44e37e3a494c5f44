/* flat_scorer.c - a scorer from a text of options, and batches from addresses. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/oracle.h"
#include "base/checked.h"
#include "base/error.h"
#include "flat/flat_error.h"
#include "flat/flat_impl.h"

/* ---- options ---- */

static rs_status take_topk(const rs_json *options, rs_evaluator_options *to, rs_error *error)
{
    const rs_json *const list = rs_json_get(options, "topk");
    if (list == NULL || rs_json_is_null(list)) {
        return RS_OK;
    }
    RS_REFUSE(!rs_json_is_array(list) || rs_json_size(list) == 0 ||
                  rs_json_size(list) > RS_TOPK_MAX,
              error, NULL, "the option \"topk\" is to be a list of 1 to %d numbers", RS_TOPK_MAX);
    for (const rs_json *at = rs_json_first(list); at != NULL; at = rs_json_next(at)) {
        int64_t k = 0;
        RS_REFUSE(!rs_json_integer(at, &k) || k < 1 || k > RS_MAX_COLUMNS, error, NULL,
                  "each number of \"topk\" is to be a whole one, 1 to %u", RS_MAX_COLUMNS);
        to->topk[to->topk_count++] = (uint32_t)k;
    }
    return RS_OK;
}

/* One of a few words; *value is its place among them. */
static rs_status take_word(const rs_json *options, const char *name, const char *const *words,
                           int *value, rs_error *error)
{
    const char *text = NULL;
    RS_TRY(rs_flat_take_text(options, name, &text, error));
    if (text == NULL) {
        return RS_OK;
    }
    for (int i = 0; words[i] != NULL; ++i) {
        if (strcmp(words[i], text) == 0) {
            *value = i;
            return RS_OK;
        }
    }
    return rs_usage(error, "the option \"%s\" is none of its words: \"%.60s\"", name, text);
}

/* Its number; null: rows are on the host. */
static rs_status take_device(const rs_json *options, rs_flat_scorer *to, rs_error *error)
{
    const rs_json *const given = rs_json_get(options, "device");
    uint32_t device = 0;
    if (given == NULL || rs_json_is_null(given)) {
        return RS_OK;
    }
    RS_TRY(rs_flat_take_u32(options, "device", &device, error));
    to->options.backend = RS_BACKEND_CUDA;
    to->options.device = device <= RS_DEVICE_LAST ? (int)device : RS_DEVICE_LAST + 1;
    return RS_OK;
}

static rs_status take_options(const rs_json *options, rs_flat_scorer *to,
                              rs_reading_options *reading, rs_error *error)
{
    static const char *const values[] = {"logits", "probs", "sigmoid", NULL};
    static const char *const isas[] = {"auto", "portable", "avx2", "avx512", "neon", NULL};
    int value = RS_VALUES_LOGITS;
    int isa = RS_ISA_AUTO;
    to->keep = 10;
    to->options.row_flags = true;
    RS_TRY(take_topk(options, &to->options, error));
    RS_TRY(rs_flat_take_bool(options, "calibration", &to->options.calibration, error));
    RS_TRY(rs_flat_take_bool(options, "row_flags", &to->options.row_flags, error));
    RS_TRY(rs_flat_take_u32(options, "threads", &to->options.threads, error));
    RS_TRY(rs_flat_take_u32(options, "keep", &to->keep, error));
    RS_TRY(take_device(options, to, error));
    RS_TRY(rs_flat_take_text(options, "order", &reading->order, error));
    RS_TRY(rs_flat_take_text(options, "deal", &reading->deal, error));
    RS_TRY(rs_flat_take_text(options, "class_map", &reading->class_map_path, error));
    RS_TRY(take_word(options, "values", values, &value, error));
    RS_TRY(take_word(options, "isa", isas, &isa, error));
    to->options.values = reading->values = (rs_values)value;
    to->options.isa = (rs_isa)isa;
    return RS_OK;
}

/* ---- making ---- */

static rs_status make_setup(rs_flat_scorer *scorer, rs_error *error)
{
    const uint32_t classes = rs_labels_get_view(scorer->labels)->classes;
    RS_TRY(RS_NEW(&scorer->excluded, classes, "a list of classes", error));
    rs_oracle_exclude_default(scorer->labels, scorer->excluded);
    scorer->setup = (rs_run_setup){
        .reading = &scorer->reading,
        .evaluated = rs_count_evaluated(scorer->labels),
        .evaluator = scorer->scorer->evaluator,
        .metrics = {.oracle_cut = 0.9, .oracle_excluded = scorer->excluded},
        .keep = scorer->keep,
    };
    return RS_OK;
}

static rs_status make(rs_flat_scorer *scorer, const rs_json *options, rs_error *error)
{
    rs_reading_options reading = {0};
    RS_TRY(take_options(options, scorer, &reading, error));
    RS_TRY(rs_reading_make(&reading, scorer->labels, &scorer->reading, error));
    RS_TRY(rs_reading_reorder(&scorer->reading, error));
    const rs_labels *const labels =
        scorer->reading.reordered != NULL ? scorer->reading.reordered : scorer->labels;
    scorer->options.class_map = scorer->reading.class_map;
    RS_TRY(rs_scorer_create(&scorer->options, labels, scorer->keep > 0 ? scorer->keep : 1,
                            &scorer->scorer, error));
    /* The options are freed, and nobody asks for the path of the map again. */
    scorer->reading.options.class_map_path = NULL;
    return make_setup(scorer, error);
}

static rs_status create(const rs_labels *labels, const char *text, rs_flat_scorer **scorer,
                        rs_error *error)
{
    static const char *const names[] = {"topk", "calibration", "keep",   "order",
                                        "deal", "class_map",   "values", "threads",
                                        "isa",  "row_flags",   "device", NULL};
    rs_json *options = NULL;
    rs_flat_scorer *made = NULL;
    rs_status status = RS_OK;
    RS_NEED(scorer, error);
    *scorer = NULL;
    RS_NEED(labels, error);
    RS_TRY(rs_flat_parse(text, names, &options, error));
    RS_TRY_DONE(RS_NEW(&made, 1, "a scorer", error));
    made->labels = labels;
    RS_TRY_DONE(make(made, options, error));
    *scorer = made;
done:
    rs_json_free(options);
    if (status != RS_OK) {
        rs_flat_scorer_free(made);
    }
    return status;
}

int rs_flat_scorer_create(const rs_labels *labels, const char *options, rs_flat_scorer **scorer,
                          char **error)
{
    rs_error made = {0};
    return rs_flat_end(create(labels, options, scorer, &made), &made, error);
}

void rs_flat_scorer_free(rs_flat_scorer *scorer)
{
    if (scorer == NULL) {
        return;
    }
    rs_scorer_free(scorer->scorer);
    rs_flat_sets_clear(scorer);
    rs_reading_clear(&scorer->reading);
    free(scorer->excluded);
    free(scorer->index);
    free(scorer);
}

/* ---- adding ---- */

/* As the scorer wants it: eight bytes each, one behind the other. */
static rs_status take_index(rs_flat_scorer *scorer, const void *index, uint64_t rows,
                            uint32_t bytes, int64_t stride_bytes, const int64_t **taken,
                            rs_error *error)
{
    *taken = index;
    if (index == NULL || (bytes == 8 && stride_bytes == 8 && (uintptr_t)index % 8 == 0)) {
        return RS_OK;
    }
    RS_REFUSE(bytes != 4 && bytes != 8, error, NULL,
              "the numbers of an index are to be signed, of 32 or 64 bits");
    if (rows > scorer->index_room) {
        RS_TRY(RS_GROW(&scorer->index, rows, "an index of images", error));
        scorer->index_room = rows;
    }
    const unsigned char *from = index;
    for (uint64_t i = 0; i < rows; ++i, from += stride_bytes) {
        int32_t narrow = 0;
        if (bytes == 4) {
            memcpy(&narrow, from, sizeof narrow);
            scorer->index[i] = narrow;
        } else {
            memcpy(&scorer->index[i], from, sizeof scorer->index[i]);
        }
    }
    *taken = scorer->index;
    return RS_OK;
}

static rs_status check_stride(int64_t stride_bytes, rs_error *error)
{
    return stride_bytes >= 0 ? RS_OK
                             : rs_usage(error,
                                        "rows that lie in reverse (a stride of %" PRId64
                                        " bytes) cannot be scored: copy them first",
                                        stride_bytes);
}

int rs_flat_scorer_add(rs_flat_scorer *scorer, const void *data, const char *dtype, uint64_t rows,
                       uint64_t columns, int64_t stride_bytes, const void *index,
                       uint32_t index_bytes, int64_t index_stride_bytes, char **error)
{
    rs_error made = {0};
    rs_status status = rs_need(scorer, "scorer", &made);
    rs_scorer_rows batch = {
        .data = data, .dtype = rs_dtype_parse(dtype), .rows = rows, .columns = columns};
    if (status == RS_OK) {
        batch.stream = scorer->stream;
        status = check_stride(stride_bytes, &made);
    }
    batch.row_stride_bytes = rows > 1 ? (uint64_t)stride_bytes : 0;
    if (status == RS_OK && rows > 1 && stride_bytes == 0) {
        status = rs_usage(&made, "one row for all images (a stride of 0) cannot be scored");
    }
    if (status == RS_OK) {
        status =
            take_index(scorer, index, rows, index_bytes, index_stride_bytes, &batch.index, &made);
    }
    if (status == RS_OK) {
        status = rs_scorer_add(scorer->scorer, &batch, &made);
    }
    return rs_flat_end(status, &made, error);
}

void rs_flat_scorer_set_stream(rs_flat_scorer *scorer, void *stream)
{
    if (scorer != NULL) {
        scorer->stream = stream;
    }
}

int rs_flat_scorer_wait(rs_flat_scorer *scorer, char **error)
{
    rs_error made = {0};
    return rs_flat_end(rs_scorer_wait(scorer != NULL ? scorer->scorer : NULL, &made), &made, error);
}

void rs_flat_scorer_counts(const rs_flat_scorer *scorer, uint64_t counts[3])
{
    const rs_scorer_counts told = rs_scorer_get_counts(scorer != NULL ? scorer->scorer : NULL);
    counts[0] = told.images;
    counts[1] = told.missing;
    counts[2] = told.repeats;
}

/* ---- several ---- */

int rs_flat_scorer_merge(rs_flat_scorer *sum, const rs_flat_scorer *part, int once, char **error)
{
    rs_error made = {0};
    const rs_status status =
        rs_scorer_merge(sum != NULL ? sum->scorer : NULL, part != NULL ? part->scorer : NULL,
                        once != 0 ? RS_SEEN_ONCE : RS_SEEN_REFUSED, &made);
    return rs_flat_end(status, &made, error);
}

int rs_flat_scorer_to_bytes(const rs_flat_scorer *scorer, void **bytes, uint64_t *size,
                            char **error)
{
    rs_error made = {0};
    size_t count = 0;
    const rs_status status =
        rs_scorer_to_bytes(scorer != NULL ? scorer->scorer : NULL, bytes, &count, &made);
    *size = count;
    return rs_flat_end(status, &made, error);
}

int rs_flat_scorer_merge_bytes(rs_flat_scorer *sum, const void *bytes, uint64_t size, int once,
                               char **error)
{
    rs_error made = {0};
    const rs_status status =
        rs_scorer_merge_bytes(sum != NULL ? sum->scorer : NULL, bytes, (size_t)size,
                              once != 0 ? RS_SEEN_ONCE : RS_SEEN_REFUSED, &made);
    return rs_flat_end(status, &made, error);
}
