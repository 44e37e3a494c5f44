/* ensemble.c - a source whose rows are averages of other sources' rows.
 *
 * Groups of a few rows are worked on at a time, so that what is between the members and the average
 * stays in the cache. Members that can be read at any place are read by several threads at once;
 * with a stream among them all are read in order.
 */
#include "reassess/ensemble.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "engine/average_row.h"
#include "engine/score_rows.h"
#include "evaluate/averaging.h"
#include "formats/input.h"
#include "formats/row_span.h"
#include "formats/source_impl.h"

enum { GROUP_BYTES = 128 << 10 }; /* of sums: about what a second level of cache has to spare */

typedef struct ensemble {
    rs_source base;
    rs_ensemble_info info;
    rs_source **member;
    const rs_source_info **member_info;
    double *weight;
    bool *looks_different;
    double scale; /* of the weighted sums */
    bool softmax;
    bool sigmoid; /* averages of p = 1 / (1 + e^-x), which come out as logits again */
    const rs_class_map *map;
    const rs_average_kernel *kernel;
    uint32_t columns; /* of the members */
    uint64_t group_rows;
    rs_averaging averaging;
} ensemble;

/* Room for one group, of one thread. */
typedef struct group_room {
    double *sum;           /* [rows * sums a row] */
    double *row;           /* for a softmax */
    unsigned char *rows;   /* of a member that has no views */
    unsigned char *mapped; /* a row of a member by positions */
} group_room;

/* ---- one group ---- */

static uint64_t sums_of_row(const ensemble *of)
{
    return of->base.info.columns * (of->sigmoid ? 2u : 1u);
}

static void room_clear(group_room *room)
{
    free(room->sum);
    free(room->row);
    free(room->rows);
    free(room->mapped);
}

static rs_status room_make(const ensemble *of, group_room *room, rs_error *error)
{
    const uint32_t width = (uint32_t)of->base.info.columns;
    uint64_t row_bytes = 0;
    for (size_t m = 0; m < of->info.member_count; ++m) {
        const uint64_t bytes = of->member[m]->info.row_bytes;
        row_bytes = bytes > row_bytes ? bytes : row_bytes;
    }
    *room = (group_room){.sum = NULL};
    RS_TRY(RS_NEW_ALIGNED(&room->sum, of->group_rows * sums_of_row(of), "sums", error));
    RS_TRY(RS_NEW_ALIGNED(&room->row, rs_average_room(width), "a row", error));
    RS_TRY(RS_NEW_ALIGNED_ROWS(&room->rows, of->group_rows, row_bytes, "rows", error));
    if (of->map != NULL) {
        RS_TRY(RS_NEW_ALIGNED_ROWS(&room->mapped, width, sizeof(double), "a mapped row", error));
    }
    return RS_OK;
}

/* A member that is said to hold probabilities is held to it: all of its columns. */
static rs_status check_probabilities(const ensemble *of, size_t m, const void *row, uint64_t index,
                                     rs_error *error)
{
    const rs_source_info *const info = &of->member[m]->info;
    const rs_distribution_limits limits =
        rs_distribution_limits_of(info->dtype, (uint32_t)info->columns, NULL);
    rs_row_sums sums;
    double seen = 0.0;
    of->kernel->add_up(info->dtype, row, (uint32_t)info->columns, &sums);
    const int fault = rs_distribution_fault(&limits, sums.least, sums.largest, sums.sum, &seen);
    return fault == RS_FAULT_NONE
               ? RS_OK
               : rs_distribution_check(rs_pack_fault(index, fault, seen),
                                       rs_shown_path(info->path), error);
}

static void add_row(const ensemble *of, size_t m, const void *row, const group_room *room,
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

/* Rows [first, first + *rows) of a member are added. A stream may end before: *rows gets how many
 * there were. */
static rs_status add_member(const ensemble *of, size_t m, uint64_t first, uint64_t *rows,
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
            add_row(of, m, row, room, room->sum + (done + i) * sums_of_row(of));
        }
        done += span.count;
    }
    *rows = done;
    return RS_OK;
}

static rs_status fail_end(const ensemble *of, size_t m, uint64_t row, rs_error *error)
{
    return rs_fail(error, RS_MISMATCH, rs_shown_path(of->member[m]->info.path), rs_at_row(row),
                   "all members of an ensemble need a row for every image",
                   "the model ends here, but another one of the ensemble does not");
}

static rs_status average_group(const ensemble *of, uint64_t first, uint64_t wanted,
                               const group_room *room, unsigned char *out, uint64_t *averaged,
                               rs_error *error)
{
    const uint32_t width = (uint32_t)of->base.info.columns;
    const uint64_t row_bytes = of->base.info.row_bytes;
    uint64_t rows = wanted;
    memset(room->sum, 0, wanted * sums_of_row(of) * sizeof(double));
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
        const double *const sum = room->sum + i * sums_of_row(of);
        if (of->sigmoid) {
            of->kernel->finish_sigmoid(sum, width, (double *)(void *)(out + i * row_bytes));
        } else {
            of->kernel->finish(of->base.info.dtype, sum, width, of->scale, out + i * row_bytes);
        }
    }
    *averaged = rows;
    return RS_OK;
}

/* ---- the source ---- */

/* Members of unknown length beside known ones must end with them. */
static rs_status check_ends(const ensemble *of, const group_room *room, rs_error *error)
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

static rs_status average_rows(const ensemble *of, uint64_t first, uint64_t rows,
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

/* Each thread begins with another member, so that several are unpacked or summed up at a time. */
static void prepare_members(const ensemble *of, uint64_t first_row)
{
    const size_t count = of->info.member_count;
    const uint64_t turn = first_row / of->group_rows;
    for (size_t i = 0; i < count; ++i) {
        rs_source *const member = of->member[(turn + i) % count];
        if (member->prepare != NULL) {
            member->prepare(member);
        }
    }
}

static rs_status ensemble_read(rs_source *source, uint64_t first_row, uint64_t rows, void *out,
                               uint64_t *rows_read, rs_error *error)
{
    const ensemble *const of = (const ensemble *)source;
    group_room room;
    rs_status status = RS_OK;
    prepare_members(of, first_row);
    RS_TRY_DONE(room_make(of, &room, error));
    RS_TRY_DONE(average_rows(of, first_row, rows, &room, out, rows_read, error));
done:
    room_clear(&room);
    return status;
}

static void free_ensemble(ensemble *of)
{
    free(of->member);
    free(of->member_info);
    free(of->weight);
    free(of->looks_different);
    rs_source_release(&of->base);
    free(of);
}

static void ensemble_close(rs_source *source)
{
    ensemble *const of = (ensemble *)source;
    for (size_t m = 0; m < of->info.member_count; ++m) {
        rs_source_close(of->member[m]);
    }
    free_ensemble(of);
}

static const rs_source_vtable ensemble_vtable = {NULL, ensemble_read, ensemble_close};

const rs_ensemble_info *rs_source_get_ensemble(const rs_source *source)
{
    const bool is_one = source != NULL && source->vtable == &ensemble_vtable;
    return is_one ? &((const ensemble *)source)->info : NULL;
}

/* Not of streams, whose members must be read in step, nor where rows of members are looked at, or
 * made into others by more than a class map, before they are added. */
const rs_averaging *rs_source_get_averaging(const rs_source *source)
{
    if (rs_source_get_ensemble(source) == NULL || !source->info.random_access) {
        return NULL;
    }
    const ensemble *const of = (const ensemble *)source;
    const bool plain = !of->sigmoid && of->info.taken != RS_VALUES_PROBS;
    return plain ? &of->averaging : NULL;
}

rs_status rs_class_map_of_positions(const rs_class_map *map, rs_class_map **positions,
                                    rs_error *error)
{
    RS_NEED(positions, error);
    *positions = NULL;
    RS_NEED(map, error);
    return rs_class_map_create(map->position_class, map->positions, map->classes, positions, error);
}

/* ---- opening ---- */

static rs_status check_member(const rs_source_info *first, const rs_source_info *member,
                              rs_error *error)
{
    const char *const path = rs_shown_path(member->path);
    if (member->content != RS_CONTENT_LOGITS) {
        return rs_fail(error, RS_UNSUPPORTED, path, rs_nowhere(), "give the logits themselves",
                       "ranked predictions hold classes, of which there is no average");
    }
    if (member->columns != first->columns) {
        return rs_fail(error, RS_MISMATCH, path, rs_nowhere(),
                       "all members of an ensemble need the same columns",
                       "%" PRIu64 " columns, but the first member has %" PRIu64, member->columns,
                       first->columns);
    }
    return RS_OK;
}

/* The rows of all members, RS_ROWS_UNKNOWN if none of them says. */
static rs_status check_rows(rs_source *const *members, size_t member_count, uint64_t *rows,
                            bool *random_access, rs_error *error)
{
    *rows = RS_ROWS_UNKNOWN;
    *random_access = true;
    for (size_t m = 0; m < member_count; ++m) {
        const rs_source_info *const info = &members[m]->info;
        *random_access = *random_access && info->random_access;
        if (info->rows == RS_ROWS_UNKNOWN) {
            continue;
        }
        if (*rows != RS_ROWS_UNKNOWN && info->rows != *rows) {
            return rs_fail(error, RS_MISMATCH, rs_shown_path(info->path), rs_nowhere(),
                           "all members of an ensemble need a row for every image",
                           "%" PRIu64 " rows, but a member before it has %" PRIu64, info->rows,
                           *rows);
        }
        *rows = info->rows;
    }
    return RS_OK;
}

static rs_status check_options(const rs_ensemble_options *options, size_t member_count,
                               rs_error *error)
{
    RS_REFUSE(member_count == 0, error, "name at least one model", "an ensemble has no members");
    RS_TRY(rs_one_of(options->space, RS_SPACE_PROB, "space", error));
    RS_TRY(rs_one_of(options->values, RS_VALUES_SIGMOID, "values", error));
    RS_TRY(rs_one_of(options->isa, RS_ISA_NEON, "isa", error));
    RS_REFUSE(options->space == RS_SPACE_LOGIT && options->values == RS_VALUES_PROBS, error,
              "average them with --space prob",
              "members that hold probabilities have no logits to average");
    for (size_t m = 0; options->weights != NULL && m < member_count; ++m) {
        const double weight = options->weights[m];
        RS_REFUSE(!(weight > 0.0) || weight > 1e100 || weight < 1e-100, error,
                  "leave the model out instead of 0",
                  "weight %g of model %zu of the ensemble is not a positive number", weight, m + 1);
    }
    return RS_OK;
}

static rs_status allocate(ensemble *of, size_t member_count, rs_error *error)
{
    RS_TRY(RS_NEW(&of->member, member_count, "members", error));
    RS_TRY(RS_NEW(&of->member_info, member_count, "members", error));
    RS_TRY(RS_NEW(&of->weight, member_count, "weights", error));
    RS_TRY(RS_NEW(&of->looks_different, member_count, "members", error));
    return RS_OK;
}

static rs_status take_members(ensemble *of, rs_source *const *members, size_t member_count,
                              const rs_ensemble_options *options, bool *wide, rs_error *error)
{
    double weights = 0.0;
    RS_TRY(allocate(of, member_count, error));
    for (size_t m = 0; m < member_count; ++m) {
        RS_TRY(check_member(&members[0]->info, &members[m]->info, error));
        of->member[m] = members[m];
        of->member_info[m] = &members[m]->info;
        of->weight[m] = options->weights != NULL ? options->weights[m] : 1.0;
        weights += of->weight[m];
        of->base.info.bytes += members[m]->info.bytes;
        *wide = *wide || members[m]->info.dtype == RS_DTYPE_F64;
    }
    of->scale = 1.0 / weights;
    of->info.member_count = member_count;
    return RS_OK;
}

static rs_status fill(ensemble *of, rs_source *const *members, size_t member_count,
                      const rs_ensemble_options *options, rs_error *error)
{
    const rs_source_info *const first = &members[0]->info;
    const rs_class_map *const map = options->class_map;
    const bool softmax = options->space == RS_SPACE_PROB && options->values == RS_VALUES_LOGITS;
    const bool sigmoid = options->space == RS_SPACE_PROB && options->values == RS_VALUES_SIGMOID;
    bool wide = softmax || sigmoid;
    bool random_access = false;
    uint64_t rows = 0;
    RS_TRY(take_members(of, members, member_count, options, &wide, error));
    RS_TRY(check_rows(members, member_count, &rows, &random_access, error));
    if (map != NULL && map->columns != first->columns) {
        return rs_fail(error, RS_MISMATCH, rs_shown_path(first->path), rs_nowhere(),
                       "the class map needs a line for every column",
                       "%" PRIu64 " columns, but the class map has %" PRIu32 " lines",
                       first->columns, map->columns);
    }
    const uint64_t bytes = of->base.info.bytes;
    const rs_source_info shape = {
        .path = first->path,
        .format = "ensemble",
        .dtype = wide ? RS_DTYPE_F64 : RS_DTYPE_F32,
        .rows = rows,
        .columns = map != NULL ? map->positions : first->columns,
    };
    RS_TRY(rs_source_init(&of->base, &ensemble_vtable, &shape, error));
    (void)snprintf(of->base.file_dtype, RS_FILE_DTYPE_BYTES, "%s",
                   rs_dtype_name(of->base.info.dtype));
    of->base.info.bytes = bytes;
    of->base.info.random_access = random_access;
    of->base.info.averaged = true;
    of->softmax = softmax;
    of->sigmoid = sigmoid;
    of->map = map;
    of->kernel = rs_average_kernel_get(options->isa);
    const uint64_t rows_of_group = GROUP_BYTES / (sums_of_row(of) * sizeof(double));
    of->group_rows = rows_of_group > 0 ? rows_of_group : 1;
    of->info.space = options->space;
    of->info.taken = options->values;
    of->info.values = sigmoid || options->space == RS_SPACE_LOGIT ? options->values
                                                                  : RS_VALUES_PROBS;
    of->info.member = of->member_info;
    of->info.weight = of->weight;
    of->info.looks_different = of->looks_different;
    of->averaging = (rs_averaging){
        .member = of->member,
        .map = map,
        .weight = of->weight,
        .count = member_count,
        .scale = of->scale,
        .softmax = softmax,
    };
    return rs_members_look(members, member_count, options->values, of->looks_different, error);
}

/* The ensemble closes its members: each once. */
static rs_status check_first(rs_source *const *members, size_t m, rs_error *error)
{
    for (size_t k = 0; k < m; ++k) {
        if (members[k] == members[m]) {
            return rs_fail(error, RS_USAGE, members[m]->info.path, rs_nowhere(),
                           "open it again, or give it twice the weight",
                           "members %zu and %zu of the ensemble are the same source", k + 1, m + 1);
        }
    }
    return RS_OK;
}

rs_status rs_source_open_ensemble(rs_source *const *members, size_t member_count,
                                  const rs_ensemble_options *options, rs_source **source,
                                  rs_error *error)
{
    RS_NEED(source, error);
    *source = NULL;
    RS_NEED(members, error);
    RS_TRY(rs_countable(member_count, "member_count", error));
    for (size_t m = 0; m < member_count; ++m) {
        RS_TRY(rs_need(members[m], "members[]", error));
        RS_TRY(check_first(members, m, error));
    }
    static const rs_ensemble_options defaults = {0};
    options = options != NULL ? options : &defaults;
    RS_TRY(check_options(options, member_count, error));
    ensemble *of = NULL;
    RS_TRY(RS_NEW(&of, 1, "an ensemble", error));
    const rs_status status = fill(of, members, member_count, options, error);
    if (status != RS_OK) {
        free_ensemble(of);
        return status;
    }
    *source = &of->base;
    return RS_OK;
}
