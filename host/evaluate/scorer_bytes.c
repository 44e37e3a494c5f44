/* scorer_bytes.c - scorers of several processes as one.
 *
 * The bytes, in the order of the machine, which is little-endian wherever this runs:
 *
 *     "RSSCORE", 0x01    the last byte is the version of the form
 *     shape              eight bytes each: rows and classes of the labels, columns, the hash of the
 *                        labels in this order, that of the class map, settings, predictions kept
 *     repeats, dtype     likewise
 *     rows               rs_scored_row of each image; rs_row_measured with calibration;
 *                        predictions and their values where they are kept
 *     XXH3 of all this   eight bytes
 *
 * The shape says how long they are, so those of all processes of a job are as many, which is what
 * collective calls want. They are read only by a scorer of the same shape.
 */
#include <inttypes.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/hash.h"
#include "evaluate/scorer_device.h"
#include "evaluate/scorer_impl.h"
#include "formats/dtype_names.h"
#include "tally/set_counts.h"

#define MAGIC "RSSCORE\x01"

enum { MAGIC_BYTES = 8, SHAPE_WORDS = 7, HEAD_WORDS = SHAPE_WORDS + 2, HASH_BYTES = 8 };
enum { SETTING_CALIBRATION = 1, SETTING_ROW_FLAGS = 2, SETTING_VALUES_SHIFT = 2 };

_Static_assert(sizeof(rs_scored_row) == 12, "no byte of it is padding");

typedef struct shape {
    uint64_t word[SHAPE_WORDS];
} shape;

static shape shape_of(const rs_scorer *scorer)
{
    const rs_label_view *const view = rs_labels_get_view(scorer->labels);
    const rs_evaluator_options *const options = &scorer->evaluator->options;
    const uint64_t settings = (options->calibration ? SETTING_CALIBRATION : 0u) |
                              (options->row_flags ? SETTING_ROW_FLAGS : 0u) |
                              ((uint64_t)options->values << SETTING_VALUES_SHIFT);
    const rs_class_map *const map = options->class_map;
    return (shape){{view->rows, view->classes, map != NULL ? map->columns : view->classes,
                    scorer->rows_hash, scorer->map_hash, settings, scorer->kept.results.keep}};
}

/* What differs, in words; NULL when nothing does. */
static const char *difference(const shape *a, const shape *b)
{
    static const char *const what[SHAPE_WORDS] = {
        "numbers of images",
        "numbers of classes",
        "numbers of columns",
        "labels, or the same in another order",
        "class maps",
        "settings: calibration, row flags or what the values are",
        "numbers of predictions kept"};
    for (int i = 0; i < SHAPE_WORDS; ++i) {
        if (a->word[i] != b->word[i]) {
            return what[i];
        }
    }
    return NULL;
}

static rs_status check_shape(const shape *a, const shape *b, rs_error *error)
{
    const char *const what = difference(a, b);
    return what == NULL ? RS_OK
                        : rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(),
                                  "make the scorers of all processes alike",
                                  "the scorers have different %s", what);
}

/* ---- merging ---- */

typedef struct scored_part {
    const rs_scored_images *kept;
    uint64_t repeats;
    rs_dtype dtype;
} scored_part;

static rs_status merge(rs_scorer *sum, const scored_part *other, rs_seen_twice twice,
                       rs_error *error)
{
    const uint64_t rows = rs_labels_get_view(sum->labels)->rows;
    const rs_scored_row *const theirs = other->kept->scored.row;
    const rs_scored_row *const ours = sum->kept.scored.row;
    for (uint64_t i = 0; twice == RS_SEEN_REFUSED && i < rows; ++i) {
        if (theirs[i].counted != 0 && ours[i].counted != 0) {
            return rs_fail(error, RS_MISMATCH, NULL, rs_at_row(i),
                           "ask for such images to count once (RS_SEEN_ONCE)",
                           "both scorers have seen this image");
        }
    }
    for (uint64_t i = 0; i < rows; ++i) {
        if (theirs[i].counted != 0 && ours[i].counted != 0) {
            sum->repeats += 1;
        } else if (theirs[i].counted != 0) {
            rs_scored_images_copy(other->kept, &sum->kept, i);
            sum->images += 1;
        }
    }
    sum->repeats += other->repeats;
    sum->dtype = rs_wider_float(sum->dtype, other->dtype);
    return rs_scorer_device_mark(sum, error);
}

rs_status rs_scorer_merge(rs_scorer *sum, rs_scorer *part, rs_seen_twice twice, rs_error *error)
{
    RS_NEED(sum, error);
    RS_NEED(part, error);
    RS_ONE_OF(twice, RS_SEEN_ONCE, error);
    const shape ours = shape_of(sum);
    const shape theirs = shape_of(part);
    RS_TRY(check_shape(&ours, &theirs, error));
    RS_TRY(rs_scorer_wait(sum, error));
    RS_TRY(rs_scorer_wait(part, error));
    return merge(sum, &(scored_part){&part->kept, part->repeats, part->dtype}, twice, error);
}

/* ---- bytes ---- */

/* What follows the head, in its order; a place without bytes is not there. */
enum { PLACES = 4 };
typedef struct place {
    void *data;
    size_t bytes;
} place;

static void find_places(const rs_scored_images *kept, uint64_t rows, place places[PLACES])
{
    const rs_row_results *const results = &kept->results;
    const size_t images = (size_t)rows;
    const size_t predictions = images * results->keep;
    places[0] = (place){kept->scored.row, images * sizeof kept->scored.row[0]};
    places[1] = (place){kept->scored.measure,
                        kept->scored.measure != NULL ? images * sizeof kept->scored.measure[0] : 0};
    places[2] = (place){results->prediction, predictions * sizeof results->prediction[0]};
    places[3] = (place){results->value, predictions * sizeof results->value[0]};
}

static size_t size_of(const place places[PLACES])
{
    size_t size = MAGIC_BYTES + HEAD_WORDS * sizeof(uint64_t) + HASH_BYTES;
    for (int i = 0; i < PLACES; ++i) {
        size += places[i].bytes;
    }
    return size;
}

rs_status rs_scorer_to_bytes(rs_scorer *scorer, void **bytes, size_t *size, rs_error *error)
{
    RS_NEED(bytes, error);
    *bytes = NULL;
    RS_NEED(size, error);
    *size = 0;
    RS_TRY(rs_scorer_wait(scorer, error));
    const shape ours = shape_of(scorer);
    const uint64_t state[] = {scorer->repeats, (uint64_t)scorer->dtype};
    place places[PLACES];
    find_places(&scorer->kept, rs_labels_get_view(scorer->labels)->rows, places);
    const size_t total = size_of(places);
    uint8_t *made = NULL;
    RS_TRY(rs_alloc((void **)(void *)&made, total, 1, "the bytes of a scorer", error));
    size_t at = 0;
    memcpy(made, MAGIC, MAGIC_BYTES);
    at += MAGIC_BYTES;
    memcpy(made + at, ours.word, sizeof ours.word);
    at += sizeof ours.word;
    memcpy(made + at, state, sizeof state);
    at += sizeof state;
    for (int i = 0; i < PLACES; ++i) {
        if (places[i].bytes > 0) {
            memcpy(made + at, places[i].data, places[i].bytes);
            at += places[i].bytes;
        }
    }
    const uint64_t hash = rs_hash(made, at);
    memcpy(made + at, &hash, HASH_BYTES);
    *bytes = made;
    *size = total;
    return RS_OK;
}

static rs_status fail_bytes(rs_error *error, const char *reason)
{
    return rs_fail(error, RS_FORMAT, "bytes", rs_nowhere(), "send them again", "%s", reason);
}

/* The shape, before the rest is looked at: where that differs, so does the length. */
static rs_status check_frame(const rs_scorer *sum, const uint8_t *bytes, size_t size,
                             size_t expected, rs_error *error)
{
    if (size < MAGIC_BYTES + HEAD_WORDS * sizeof(uint64_t) + HASH_BYTES ||
        memcmp(bytes, MAGIC, MAGIC_BYTES) != 0) {
        return fail_bytes(error, "these are not the bytes of a scorer of this version");
    }
    shape theirs;
    const shape ours = shape_of(sum);
    memcpy(theirs.word, bytes + MAGIC_BYTES, sizeof theirs.word);
    RS_TRY(check_shape(&ours, &theirs, error));
    uint64_t hash = 0;
    if (size == expected) {
        memcpy(&hash, bytes + size - HASH_BYTES, HASH_BYTES);
    }
    if (size != expected || rs_hash(bytes, size - HASH_BYTES) != hash) {
        return fail_bytes(error, "the bytes of a scorer are damaged or cut short");
    }
    return RS_OK;
}

/* Whether an image of these labels could have given it. */
static bool row_can_be(const rs_scored_row *row, const rs_label_view *labels, uint64_t at)
{
    const uint32_t set_size = labels->real_begin[at + 1] - labels->real_begin[at];
    const uint32_t best = row->best_real_rank;
    const uint32_t mask = row->real_rank_mask;
    const uint32_t best_in_mask = best >= 1 && best <= 3 ? 1u << (best - 1) : 0u;
    const uint32_t in_mask = (mask & 1u) + (mask >> 1 & 1u) + (mask >> 2 & 1u);
    const bool original_in_set = rs_set_holds(labels, at, labels->original[at]);
    const bool original_fits = original_in_set ? best >= 1 && best <= row->rank : best != row->rank;
    return row->counted <= 1 && row->flags < 2 * RS_ROW_CONSTANT && row->rank <= labels->classes &&
           best <= labels->classes && mask < 8 && in_mask <= set_size &&
           (best == 0 || set_size > 0) && (mask & (0u - mask)) == best_in_mask &&
           (row->rank == 0 || (labels->original[at] >= 0 && original_fits)) &&
           ((row->flags & RS_ROW_NAN) == 0 || (row->rank == 0 && best == 0));
}

/* Whoever made a checksum that holds can still have put anything under it. */
static rs_status check_rows(const rs_scorer *sum, const rs_scored_images *kept, rs_error *error)
{
    const rs_label_view *const view = rs_labels_get_view(sum->labels);
    for (uint64_t i = 0; i < view->rows; ++i) {
        if (!row_can_be(&kept->scored.row[i], view, i)) {
            return fail_bytes(error, "an image has a rank that cannot be");
        }
    }
    for (uint64_t i = 0; i < view->rows * kept->results.keep; ++i) {
        const int32_t prediction = kept->results.prediction[i];
        if (prediction < RS_CLASS_UNKNOWN || prediction >= (int32_t)view->classes) {
            return fail_bytes(error, "a prediction is no class");
        }
    }
    return RS_OK;
}

static rs_status merge_bytes(rs_scorer *sum, const uint8_t *bytes, size_t size,
                             const rs_scored_images *kept, rs_seen_twice twice, rs_error *error)
{
    place places[PLACES];
    uint64_t state[2];
    find_places(kept, rs_labels_get_view(sum->labels)->rows, places);
    RS_TRY(check_frame(sum, bytes, size, size_of(places), error));
    size_t at = MAGIC_BYTES + SHAPE_WORDS * sizeof(uint64_t);
    memcpy(state, bytes + at, sizeof state);
    at += sizeof state;
    for (int i = 0; i < PLACES; ++i) {
        if (places[i].bytes > 0) {
            memcpy(places[i].data, bytes + at, places[i].bytes);
            at += places[i].bytes;
        }
    }
    const bool no_dtype = state[1] == RS_DTYPE_NONE;
    if (state[0] > RS_MAX_ROWS ||
        (!no_dtype && (state[1] > RS_DTYPE_LAST || !rs_dtype_is_float((rs_dtype)state[1])))) {
        return fail_bytes(error, "a number is larger than it can be here");
    }
    RS_TRY(check_rows(sum, kept, error));
    RS_TRY(rs_scorer_wait(sum, error));
    return merge(sum, &(scored_part){kept, state[0], (rs_dtype)state[1]}, twice, error);
}

rs_status rs_scorer_merge_bytes(rs_scorer *sum, const void *bytes, size_t size, rs_seen_twice twice,
                                rs_error *error)
{
    RS_NEED(sum, error);
    RS_NEED(bytes, error);
    RS_ONE_OF(twice, RS_SEEN_ONCE, error);
    rs_scored_images kept;
    rs_status status =
        rs_scored_images_make(rs_labels_get_view(sum->labels)->rows, sum->kept.results.keep,
                              sum->kept.scored.measure != NULL, &kept, error);
    if (status == RS_OK) {
        status = merge_bytes(sum, bytes, size, &kept, twice, error);
    }
    rs_scored_images_clear(&kept);
    return status;
}
