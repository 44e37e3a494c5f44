/* ensemble_rows.c - rows of an ensemble's members into rows of averages.
 *
 * Rows of few members that lie in memory are averaged one by one, of all members at a time: memory
 * has work of each of them, and the sums stay in registers or in the first cache. Of other members
 * groups of a few rows are worked on, member after member, so that what is between them and the
 * average stays in the second. Members that can be read at any place are read by several threads at
 * once; with a stream among them all are read in order.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "engine/score_rows.h"
#include "evaluate/ensemble_impl.h"
#include "formats/input.h"
#include "formats/row_span.h"

/* Room for one group, of one thread. */
typedef struct group_room {
    double *sum;           /* [rows * sums a row] */
    double *row;           /* for a softmax */
    unsigned char *rows;   /* of a member that has no views */
    unsigned char *mapped; /* a row of a member by positions */
} group_room;

/* ---- one group ---- */

static void room_clear(group_room *room)
{
    free(room->sum);
    free(room->row);
    free(room->rows);
    free(room->mapped);
}

/* For groups of up to `rows`; of members without views where `read`. */
static rs_status room_make(const rs_ensemble *of, uint64_t rows, bool read, group_room *room,
                           rs_error *error)
{
    const uint32_t width = (uint32_t)of->base.info.columns;
    uint64_t row_bytes = 0;
    for (size_t m = 0; m < of->info.member_count; ++m) {
        const uint64_t bytes = of->member[m]->info.row_bytes;
        row_bytes = bytes > row_bytes ? bytes : row_bytes;
    }
    *room = (group_room){.sum = NULL};
    RS_TRY(RS_NEW_ALIGNED(&room->sum, rows * rs_ensemble_sums(of), "sums", error));
    RS_TRY(RS_NEW_ALIGNED(&room->row, rs_average_room(width), "a row", error));
    if (read) {
        RS_TRY(RS_NEW_ALIGNED_ROWS(&room->rows, rows, row_bytes, "rows", error));
    }
    if (of->map != NULL) {
        RS_TRY(RS_NEW_ALIGNED_ROWS(&room->mapped, width, sizeof(double), "a mapped row", error));
    }
    return RS_OK;
}

/* A member that is said to hold probabilities is held to it: all of its columns. */
static rs_status check_probabilities(const rs_ensemble *of, size_t m, const void *row,
                                     uint64_t index, rs_error *error)
{
    const rs_source_info *const info = &of->member[m]->info;
    const rs_distribution_limits limits =
        rs_distribution_limits_of(info->dtype, (uint32_t)info->columns, NULL);
    rs_row_sums sums;
    double seen = 0.0;
    of->kernel->add_up(info->dtype, row, (uint32_t)info->columns, &sums);
    const int fault = rs_distribution_fault(&limits, sums.least, sums.largest, sums.sum, &seen);
    return fault == RS_FAULT_NONE ? RS_OK
                                  : rs_distribution_check(rs_pack_fault(index, fault, seen),
                                                          rs_shown_path(info->path), error);
}

static void add_row(const rs_ensemble *of, size_t m, const void *row, const group_room *room,
                    double *sum)
{
    const uint32_t width = (uint32_t)of->base.info.columns;
    const rs_dtype dtype = of->member[m]->info.dtype;
    if (of->map != NULL) {
        rs_map_row(of->map, dtype, row, room->mapped);
        row = room->mapped;
    }
    if (of->softmax) {
        of->kernel->add_softmax(dtype, row, width, of->weight[m], room->row, sum);
    } else if (of->sigmoid) {
        of->kernel->add_sigmoid(dtype, row, width, of->weight[m], room->row, sum);
    } else {
        of->kernel->add(dtype, row, width, of->weight[m], sum);
    }
}

static void finish_row(const rs_ensemble *of, const double *sum, unsigned char *out)
{
    const uint32_t width = (uint32_t)of->base.info.columns;
    if (of->sigmoid) {
        of->kernel->finish_sigmoid(sum, width, (double *)(void *)out);
    } else {
        of->kernel->finish(of->base.info.dtype, sum, width, of->scale, out);
    }
}

/* Rows [first, first + *rows) of a member are added. A stream may end before: *rows gets how many
 * there were. */
static rs_status add_member(const rs_ensemble *of, size_t m, uint64_t first, uint64_t *rows,
                            const group_room *room, rs_error *error)
{
    rs_source *const member = of->member[m];
    const uint64_t wanted = *rows;
    uint64_t done = 0;
    while (done < wanted) {
        rs_row_span span;
        RS_TRY(rs_row_span_take(member, first + done, wanted - done, room->rows, &span, error));
        if (span.count == 0) {
            break;
        }
        for (uint64_t i = 0; i < span.count; ++i) {
            const unsigned char *const row = span.first + i * span.stride_bytes;
            if (of->info.taken == RS_VALUES_PROBS) {
                RS_TRY(check_probabilities(of, m, row, first + done + i, error));
            }
            add_row(of, m, row, room, room->sum + (done + i) * rs_ensemble_sums(of));
        }
        done += span.count;
    }
    *rows = done;
    return RS_OK;
}

static rs_status fail_end(const rs_ensemble *of, size_t m, uint64_t row, rs_error *error)
{
    return rs_fail(error, RS_MISMATCH, rs_shown_path(of->member[m]->info.path), rs_at_row(row),
                   "all members of an ensemble need a row for every image",
                   "the model ends here, but another one of the ensemble does not");
}

static rs_status average_group(const rs_ensemble *of, uint64_t first, uint64_t wanted,
                               const group_room *room, unsigned char *out, uint64_t *averaged,
                               rs_error *error)
{
    const uint64_t row_bytes = of->base.info.row_bytes;
    uint64_t rows = wanted;
    memset(room->sum, 0, wanted * rs_ensemble_sums(of) * sizeof(double));
    for (size_t m = 0; m < of->info.member_count; ++m) {
        uint64_t got = wanted;
        RS_TRY(add_member(of, m, first, &got, room, error));
        if (m > 0 && got != rows) {
            const uint64_t end = got < rows ? got : rows;
            return fail_end(of, got < rows ? m : m - 1, first + end, error);
        }
        rows = got;
    }
    for (uint64_t i = 0; i < rows; ++i) {
        finish_row(of, room->sum + i * rs_ensemble_sums(of), out + i * row_bytes);
    }
    *averaged = rows;
    return RS_OK;
}

/* ---- rows in memory ---- */

static void average_row(const rs_ensemble *of, const rs_blend *row, const group_room *room,
                        unsigned char *out)
{
    if (of->blends) {
        const uint32_t width = (uint32_t)of->base.info.columns;
        of->kernel->blend(of->member[0]->info.dtype, row, width, of->scale, out);
        return;
    }
    memset(room->sum, 0, rs_ensemble_sums(of) * sizeof(double));
    for (uint32_t m = 0; m < row->count; ++m) {
        add_row(of, m, row->row[m], room, room->sum);
    }
    finish_row(of, room->sum, out);
}

/* The first of up to `wanted` rows from `first` on; returns how many of them lie in memory, of all
 * members. */
static uint64_t averages_in_view(const rs_ensemble *of, uint64_t first, uint64_t wanted,
                                 const group_room *room, unsigned char *out)
{
    rs_blend row = {.count = (uint32_t)of->info.member_count};
    uint64_t stride[RS_BLENDED] = {0};
    for (uint32_t m = 0; m < row.count; ++m) {
        rs_row_span span;
        if (!rs_row_span_view(of->member[m], first, wanted, &span)) {
            return 0;
        }
        wanted = span.count;
        row.row[m] = span.first;
        row.weight[m] = of->weight[m];
        stride[m] = span.stride_bytes;
    }
    for (uint64_t i = 0; i < wanted; ++i, out += of->base.info.row_bytes) {
        average_row(of, &row, room, out);
        for (uint32_t m = 0; m < row.count; ++m) {
            row.row[m] = (const unsigned char *)row.row[m] + stride[m];
        }
    }
    return wanted;
}

/* As many of the rows as are in memory, from the first on. */
static rs_status average_in_memory(const rs_ensemble *of, uint64_t first, uint64_t rows,
                                   unsigned char *out, uint64_t *averaged, rs_error *error)
{
    const uint64_t row_bytes = of->base.info.row_bytes;
    group_room room = {.sum = NULL};
    rs_status status = RS_OK;
    uint64_t more = 0;
    *averaged = 0;
    if (!of->blends) {
        RS_TRY_DONE(room_make(of, 1, false, &room, error));
    }
    do {
        more = averages_in_view(of, first + *averaged, rows - *averaged, &room,
                                out + *averaged * row_bytes);
        *averaged += more;
    } while (more > 0 && *averaged < rows);
done:
    room_clear(&room);
    return status;
}

/* ---- the source ---- */

/* Members of unknown length beside known ones must end with them. */
static rs_status check_ends(const rs_ensemble *of, const group_room *room, rs_error *error)
{
    const uint64_t rows = of->base.info.rows;
    for (size_t m = 0; m < of->info.member_count; ++m) {
        rs_source *const member = of->member[m];
        uint64_t more = 0;
        if (member->info.rows == RS_ROWS_UNKNOWN) {
            RS_TRY(rs_source_read(member, rows, 1, room->rows, &more, error));
        }
        if (more > 0) {
            return rs_fail(error, RS_MISMATCH, rs_shown_path(member->info.path), rs_at_row(rows),
                           "all members of an ensemble need a row for every image, and no more",
                           "the model goes on, but others of the ensemble end here");
        }
    }
    return RS_OK;
}

static rs_status average_rows(const rs_ensemble *of, uint64_t first, uint64_t rows,
                              const group_room *room, unsigned char *out, uint64_t *rows_read,
                              rs_error *error)
{
    const uint64_t known = of->base.info.rows;
    uint64_t done = 0;
    while (done < rows) {
        const uint64_t left = rows - done;
        const uint64_t wanted = left < of->group_rows ? left : of->group_rows;
        uint64_t got = 0;
        RS_TRY(average_group(of, first + done, wanted, room, out + done * of->base.info.row_bytes,
                             &got, error));
        done += got;
        if (got < wanted) {
            break;
        }
    }
    if (known != RS_ROWS_UNKNOWN && first + done == known && !of->base.info.random_access) {
        RS_TRY(check_ends(of, room, error));
    }
    *rows_read = done;
    return RS_OK;
}

rs_status rs_ensemble_read(rs_source *source, uint64_t first_row, uint64_t rows, void *out,
                           uint64_t *rows_read, rs_error *error)
{
    const rs_ensemble *const of = (const rs_ensemble *)source;
    unsigned char *const to = out;
    group_room room = {.sum = NULL};
    rs_status status = RS_OK;
    uint64_t done = 0;
    uint64_t more = 0;
    rs_sources_prepare(of->member, of->info.member_count, first_row / of->group_rows);
    if (of->direct) {
        RS_TRY(average_in_memory(of, first_row, rows, to, &done, error));
    }
    if (done < rows) {
        RS_TRY_DONE(room_make(of, of->group_rows, true, &room, error));
        RS_TRY_DONE(average_rows(of, first_row + done, rows - done, &room,
                                 to + done * of->base.info.row_bytes, &more, error));
    }
    *rows_read = done + more;
done:
    room_clear(&room);
    return status;
}
