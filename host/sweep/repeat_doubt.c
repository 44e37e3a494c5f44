/* repeat_doubt.c - see repeat_doubt.h. */
#include "sweep/repeat_doubt.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "formats/source_impl.h"
#include "labels/image_order.h"
#include "sweep/row_look.h"

enum { LOOKED = 4096 /* rows that repeat an image, which are read again */ };

static rs_status compare(const rs_row_look *reader, uint32_t image, uint64_t first, uint64_t again,
                         rs_repeats_differ *differ, rs_error *error)
{
    int32_t counted = -1;
    int32_t other = -1;
    RS_TRY(rs_row_look_answer(reader, first, &counted, error));
    RS_TRY(rs_row_look_answer(reader, again, &other, error));
    if (counted == other) {
        return RS_OK;
    }
    if (differ->count == 0) {
        (void)snprintf(differ->first, sizeof differ->first,
                       "image %" PRIu32 ", class %" PRId32 " in row %" PRIu64
                       " after class %" PRId32 " in row %" PRIu64,
                       image, other, again, counted, first);
    }
    differ->count += 1;
    return RS_OK;
}

/* Rows as the order says them. */
static rs_status compare_rows(rs_source *source, const rs_order *order, const rs_class_map *map,
                              rs_repeats_differ *differ, rs_error *error)
{
    const uint32_t *const image_of = rs_order_get(order);
    const uint64_t rows = rs_order_rows(order);
    uint32_t *first = NULL; /* [images] from 1 */
    rs_row_look reader = {0};
    uint64_t looked = 0;
    rs_status status = RS_OK;
    RS_TRY_DONE(RS_NEW(&first, rows, "rows of images", error));
    RS_TRY_DONE(rs_row_look_open(source, map, &reader, error));
    for (uint64_t i = 0; i < rows && looked < LOOKED; ++i) {
        uint32_t *const at = &first[image_of[i]];
        if (*at == 0) {
            *at = (uint32_t)i + 1;
            continue;
        }
        looked += 1;
        RS_TRY_DONE(compare(&reader, image_of[i], *at - 1, i, differ, error));
    }
done:
    rs_row_look_close(&reader);
    free(first);
    return status;
}

rs_status rs_doubt_repeats(rs_source *source, const rs_order *order, const rs_class_map *map,
                           rs_record *record, bool *doubtful, rs_error *error)
{
    const uint64_t in_order = order == NULL ? 0 : rs_order_repeats(order);
    const uint64_t repeats = in_order + (source == NULL ? 0 : source->repeats);
    rs_repeats_differ differ = {.count = 0};
    if (source != NULL && source->longer.count > 0) {
        *doubtful = true;
        RS_TRY(rs_warnings_add(&record->warnings, RS_WARNING_COUNTS, error,
                               "images with more lines than the others, and scores that add up to "
                               "more than 1: %" PRIu64 ", the first %s. They are read as longer "
                               "rankings: do they come again with another answer (augmented views, "
                               "another run)? Keep one of each",
                               source->longer.count, source->longer.first));
    }
    if (repeats == 0) {
        return RS_OK;
    }
    RS_TRY(rs_warnings_add(&record->warnings, RS_WARNING_COUNTS, error,
                           "rows are images that came before, which count once: %" PRIu64,
                           repeats));
    if (source != NULL) {
        differ = source->differ;
    }
    if (in_order > 0 && rs_row_look_can(source) &&
        rs_source_get_info(source)->rows == rs_order_rows(order)) {
        RS_TRY(compare_rows(source, order, map, &differ, error));
    }
    if (differ.count == 0) {
        return RS_OK;
    }
    *doubtful = true;
    return rs_warnings_add(&record->warnings, RS_WARNING_COUNTS, error,
                           "%" PRIu64 " of them answer otherwise than the row that counts, the "
                           "first of its image: %s. Are they augmented views, or of another model? "
                           "Keep one row an image, or average them first",
                           differ.count, differ.first);
}
