/* scores.c - reads scores. */
#include "relabel/scores.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "formats/array_stream.h"
#include "relabel/pair_info.h"

static const char *const form_advice =
    "scores are `tensor` (pairs,), a number each, and `info` (pairs, 2) of file name and class, as "
    "reassess aggregate --scores-out writes them";

void rs_scores_clear(rs_scores *scores)
{
    rs_pairs_clear(&scores->pairs);
    free(scores->score);
    free(scores->path);
    *scores = (rs_scores){.pairs = rs_pairs_make()};
}

static rs_status check_tensor(const rs_array_stream_info *info, rs_error *error)
{
    char shape[96];
    if (info->dim_count != 1 || info->dims[0] == 0 || info->dims[0] > RS_PAIRS_MAX) {
        return rs_fail(error, RS_MISMATCH, info->label, rs_at_byte(info->shape_at), form_advice,
                       "`tensor` is %s, but a score a pair is needed",
                       rs_shape_text(info->dims, info->dim_count, shape, sizeof shape));
    }
    if (!rs_element_is_number(info->kind)) {
        return rs_fail(error, RS_FORMAT, info->label, rs_at_byte(info->type_at), form_advice,
                       "`tensor` holds texts (%s), not numbers", info->type);
    }
    return RS_OK;
}

static rs_status take_scores(rs_array_stream *stream, rs_scores *scores, rs_error *error)
{
    enum { BLOCK_ELEMENTS = 4096, ELEMENT_BYTES_MAX = 8 };
    uint8_t block[BLOCK_ELEMENTS * ELEMENT_BYTES_MAX];
    const rs_array_stream_info *info = rs_array_stream_get_info(stream);
    uint64_t got = 1;
    for (uint64_t done = 0; got > 0 && done < scores->pairs.count; done += got) {
        RS_TRY(rs_array_stream_read(stream, block, BLOCK_ELEMENTS, &got, error));
        for (uint64_t i = 0; i < got; ++i) {
            const double score = rs_element_number(info, block + i * info->element_bytes);
            if (!isfinite(score)) {
                return rs_fail(error, RS_FORMAT, info->label, rs_at_row(done + i), form_advice,
                               "the score is %s", isnan(score) ? "NaN" : "infinite");
            }
            scores->score[done + i] = score;
        }
    }
    return RS_OK;
}

static rs_status read_all(rs_array_stream *stream, const char *path, const rs_class_names *classes,
                          rs_scores *scores, rs_error *error)
{
    const rs_array_stream_info *info = rs_array_stream_get_info(stream);
    RS_TRY(check_tensor(info, error));
    const rs_pair_info_options options = {classes, info->dims[0], form_advice};
    RS_TRY(rs_pair_info_read(path, &options, &scores->pairs, error));
    RS_TRY(RS_NEW(&scores->score, scores->pairs.count, "scores", error));
    return take_scores(stream, scores, error);
}

rs_status rs_scores_read(const char *path, const rs_labels *labels, rs_scores *scores,
                         rs_error *error)
{
    rs_class_names classes;
    rs_array_stream *stream = NULL;
    *scores = (rs_scores){.pairs = rs_pairs_make()};
    RS_TRY(rs_class_names_make(labels, &classes, error));
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_copy_text(&scores->path, path, error));
    RS_TRY_DONE(rs_array_stream_open(path, "tensor", &stream, error));
    RS_TRY_DONE(read_all(stream, path, &classes, scores, error));
done:
    rs_array_stream_close(stream);
    rs_class_names_clear(&classes);
    if (status != RS_OK) {
        rs_scores_clear(scores);
    }
    return status;
}
