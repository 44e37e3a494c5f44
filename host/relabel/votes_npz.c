/* votes_npz.c - the published form: a dense array of zeros and ones beside names and ids.
 *
 * The array unpacks to hundreds of times its archive, so it goes by in small blocks and only ones
 * leave a trace. Whole blocks of zeros are passed over eight bytes at a time. Which rater, pair and
 * answer an element is follows from its number, in C and in Fortran order.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "formats/array_stream.h"
#include "relabel/pair_info.h"
#include "relabel/votes_build.h"

enum { BLOCK_BYTES = 1 << 17, STEP_BYTES = 64 };

static const char *const form_advice = "votes are `tensor` (raters, pairs, 3 = no, maybe, yes) of "
                                       "zeros and ones, `info` (pairs, 2) of "
                                       "file name and class, `ids` (raters,)";

/* ---- ids ---- */

static rs_status add_rater(rs_votes *votes, const char *label, rs_span id, rs_error *error)
{
    uint32_t index = 0;
    const uint32_t before = votes->raters.count;
    if (id.length == 0) {
        return rs_fail(error, RS_FORMAT, label, rs_nowhere(), form_advice,
                       "rater %" PRIu32 " (from 0) has an empty id", before);
    }
    RS_TRY(rs_name_table_add(&votes->raters, id, &index, error));
    if (votes->raters.count == before) {
        return rs_fail(error, RS_FORMAT, label, rs_nowhere(), "give each rater an id of its own",
                       "raters %" PRIu32 " and %" PRIu32 " (from 0) have the same id %s", index,
                       before, RS_SHOW_SPAN(id));
    }
    return RS_OK;
}

static rs_status read_id(rs_array_stream *stream, char *text, size_t text_bytes, void *element,
                         rs_votes *votes, rs_error *error)
{
    const rs_array_stream_info *info = rs_array_stream_get_info(stream);
    uint64_t got = 0;
    size_t length = 0;
    RS_TRY(rs_array_stream_read(stream, element, 1, &got, error));
    if (rs_element_is_number(info->kind)) {
        const int64_t id = rs_element_integer(info, element);
        length = (size_t)(info->kind == RS_ELEMENT_SIGNED
                              ? snprintf(text, text_bytes, "%" PRId64, id)
                              : snprintf(text, text_bytes, "%" PRIu64, (uint64_t)id));
    } else if (!rs_element_text(info, element, text, &length)) {
        return rs_fail(error, RS_FORMAT, info->label, rs_nowhere(), form_advice,
                       "the id of rater %" PRIu32 " (from 0) is no valid text",
                       votes->raters.count);
    }
    return add_rater(votes, info->label, (rs_span){text, length}, error);
}

static rs_status read_ids_from(rs_array_stream *stream, uint64_t raters, rs_votes *votes,
                               rs_error *error)
{
    const rs_array_stream_info *info = rs_array_stream_get_info(stream);
    if (info->dim_count != 1 || info->dims[0] != raters || info->kind == RS_ELEMENT_FLOAT ||
        info->kind == RS_ELEMENT_BOOL) {
        char shape[96];
        return rs_fail(error, RS_MISMATCH, info->label, rs_at_byte(info->shape_at), form_advice,
                       "`ids` is %s of type %s, but %" PRIu64 " integers or texts are needed",
                       rs_shape_text(info->dims, info->dim_count, shape, sizeof shape), info->type,
                       raters);
    }
    char *text = NULL;
    const size_t text_bytes = rs_element_text_bytes(info) + 64;
    RS_TRY(RS_NEW(&text, info->element_bytes + text_bytes, "ids", error));
    void *const element = text + text_bytes;
    rs_status status = RS_OK;
    for (uint64_t i = 0; i < raters; ++i) {
        RS_TRY_DONE(read_id(stream, text, text_bytes, element, votes, error));
    }
done:
    free(text);
    return status;
}

static rs_status read_ids(const char *path, uint64_t raters, rs_votes *votes, rs_error *error)
{
    rs_array_stream *stream = NULL;
    RS_TRY(rs_array_stream_open(path, "ids", &stream, error));
    const rs_status status = read_ids_from(stream, raters, votes, error);
    rs_array_stream_close(stream);
    return status;
}

/* ---- the array ---- */

typedef struct tensor_reader {
    const rs_array_stream_info *info;
    rs_votes_builder *builder;
    uint64_t raters;
    uint64_t pairs;
    rs_error *error;
} tensor_reader;

static void place_element(const tensor_reader *tensor, uint64_t element, uint64_t *rater,
                          uint64_t *pair, uint64_t *answer)
{
    if (tensor->info->fortran_order) {
        *rater = element % tensor->raters;
        *pair = element / tensor->raters % tensor->pairs;
        *answer = element / tensor->raters / tensor->pairs;
    } else {
        *answer = element % RS_ANSWERS;
        *pair = element / RS_ANSWERS % tensor->pairs;
        *rater = element / RS_ANSWERS / tensor->pairs;
    }
}

static rs_status take_element(const tensor_reader *tensor, uint64_t element, const uint8_t *at)
{
    const double value = rs_element_number(tensor->info, at);
    uint64_t rater = 0;
    uint64_t pair = 0;
    uint64_t answer = 0;
    if (value == 0.0) { /* also -0, whose bytes are not all zero */
        return RS_OK;
    }
    place_element(tensor, element, &rater, &pair, &answer);
    if (value == 1.0) {
        return rs_votes_add(tensor->builder, (uint32_t)pair, (uint32_t)rater, (rs_answer)answer, 0,
                            tensor->error);
    }
    char shown[40] = "NaN";
    if (!isnan(value)) {
        (void)snprintf(shown, sizeof shown, "%.6g", value);
    }
    const rs_array_stream_info *info = tensor->info;
    return rs_fail(tensor->error, RS_FORMAT, info->label,
                   rs_at_byte(info->header_bytes + element * info->element_bytes),
                   "an answer is 1 where it was given and 0 elsewhere",
                   "%s stands for the answer \"%s\" of rater %" PRIu64 " on pair %" PRIu64
                   " (from 0), where 0 or 1 is needed",
                   shown, rs_answer_text((rs_answer)answer), rater, pair);
}

static bool is_zero_step(const uint8_t *at)
{
    uint64_t word[STEP_BYTES / 8];
    uint64_t any = 0;
    memcpy(word, at, sizeof word);
    for (size_t i = 0; i < STEP_BYTES / 8; ++i) {
        any |= word[i];
    }
    return any == 0;
}

/* `count` elements from number `first` on. Steps hold whole elements: these have 1, 2, 4 or 8
 * bytes. */
static rs_status take_block(const tensor_reader *tensor, const uint8_t *block, uint64_t first,
                            uint64_t count)
{
    const size_t size = tensor->info->element_bytes;
    const uint64_t bytes = count * size;
    for (uint64_t at = 0; at < bytes;) {
        if (bytes - at >= STEP_BYTES && is_zero_step(block + at)) {
            at += STEP_BYTES;
            continue;
        }
        const uint64_t step = bytes - at < STEP_BYTES ? bytes - at : STEP_BYTES;
        for (const uint64_t end = at + step; at < end; at += size) {
            RS_TRY(take_element(tensor, first + at / size, block + at));
        }
    }
    return RS_OK;
}

static rs_status read_elements(rs_array_stream *stream, const tensor_reader *tensor)
{
    unsigned char *block = NULL;
    RS_TRY(RS_NEW(&block, BLOCK_BYTES, "a block of answers", tensor->error));
    rs_status status = RS_OK;
    uint64_t got = 1;
    for (uint64_t taken = 0; got > 0 && taken < tensor->info->elements; taken += got) {
        RS_TRY_DONE(rs_array_stream_read(stream, block, BLOCK_BYTES / tensor->info->element_bytes,
                                         &got, tensor->error));
        RS_TRY_DONE(take_block(tensor, block, taken, got));
    }
done:
    free(block);
    return status;
}

static rs_status check_tensor(const rs_array_stream_info *info, rs_error *error)
{
    char shape[96];
    if (info->dim_count != 3 || info->dims[2] != RS_ANSWERS) {
        return rs_fail(error, RS_MISMATCH, info->label, rs_at_byte(info->shape_at), form_advice,
                       "`tensor` is %s, but raters x pairs x 3 is needed",
                       rs_shape_text(info->dims, info->dim_count, shape, sizeof shape));
    }
    if (!rs_element_is_number(info->kind)) {
        return rs_fail(error, RS_FORMAT, info->label, rs_at_byte(info->type_at), form_advice,
                       "`tensor` holds texts (%s), not numbers", info->type);
    }
    if (info->dims[0] > RS_RATERS_MAX || info->dims[1] > RS_PAIRS_MAX) {
        return rs_fail(error, RS_RANGE, info->label, rs_at_byte(info->shape_at),
                       "split the votes into several files",
                       "`tensor` is %s; at most %" PRIu32 " raters and %" PRIu32 " pairs are read",
                       rs_shape_text(info->dims, info->dim_count, shape, sizeof shape),
                       RS_RATERS_MAX, RS_PAIRS_MAX);
    }
    return RS_OK;
}

static rs_status read_all(rs_array_stream *stream, const char *path,
                          const rs_class_names *classes, rs_votes *votes, rs_error *error)
{
    const rs_array_stream_info *info = rs_array_stream_get_info(stream);
    RS_TRY(check_tensor(info, error));
    const rs_pair_info_options pair_options = {classes, info->dims[1], form_advice};
    RS_TRY(read_ids(path, info->dims[0], votes, error));
    RS_TRY(rs_pair_info_read(path, &pair_options, &votes->pairs, error));
    rs_votes_builder builder = {.votes = votes, .file = path};
    const tensor_reader tensor = {info, &builder, info->dims[0], info->dims[1], error};
    rs_status status = RS_OK;
    RS_TRY_DONE(read_elements(stream, &tensor));
    RS_TRY_DONE(rs_votes_finish(&builder, error));
done:
    rs_votes_builder_clear(&builder);
    return status;
}

rs_status rs_votes_read_npz(const char *path, const rs_class_names *classes, rs_votes *votes,
                            rs_error *error)
{
    rs_array_stream *stream = NULL;
    RS_TRY(rs_array_stream_open(path, "tensor", &stream, error));
    const rs_status status = read_all(stream, path, classes, votes, error);
    rs_array_stream_close(stream);
    return status;
}
