/* ensemble.c - a source whose rows are averages of other sources' rows: how it is opened.
 */
#include "evaluate/ensemble_impl.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "evaluate/averaging.h"
#include "formats/input.h"

enum {
    GROUP_BYTES = 128 << 10, /* of sums: about what a second level of cache has to spare */
    FEW_BYTES = 16 << 10,    /* of averages to be scored, beside members' rows in the first, ... */
    POWER_BYTES = 64 << 10   /* ... or in the second, where rows take longer and room is made */
};

static void free_ensemble(rs_ensemble *of)
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
    rs_ensemble *const of = (rs_ensemble *)source;
    for (size_t m = 0; m < of->info.member_count; ++m) {
        rs_source_close(of->member[m]);
    }
    free_ensemble(of);
}

static const rs_source_vtable ensemble_vtable = {NULL, rs_ensemble_read, ensemble_close};

const rs_ensemble_info *rs_source_get_ensemble(const rs_source *source)
{
    const bool is_one = source != NULL && source->vtable == &ensemble_vtable;
    return is_one ? &((const rs_ensemble *)source)->info : NULL;
}

/* Not of streams, whose members must be read in step, nor where rows of members are looked at, or
 * made into others by more than a class map, before they are added. */
const rs_averaging *rs_source_get_averaging(const rs_source *source)
{
    if (rs_source_get_ensemble(source) == NULL || !source->info.random_access) {
        return NULL;
    }
    const rs_ensemble *const of = (const rs_ensemble *)source;
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

static rs_status allocate(rs_ensemble *of, size_t member_count, rs_error *error)
{
    RS_TRY(RS_NEW(&of->member, member_count, "members", error));
    RS_TRY(RS_NEW(&of->member_info, member_count, "members", error));
    RS_TRY(RS_NEW(&of->weight, member_count, "weights", error));
    RS_TRY(RS_NEW(&of->looks_different, member_count, "members", error));
    return RS_OK;
}

static rs_status take_members(rs_ensemble *of, rs_source *const *members, size_t member_count,
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

/* Which rows are averaged one by one; of values, where there is nothing to compute but their sum,
 * only those that are blended. */
static void choose_way(rs_ensemble *of)
{
    const size_t count = of->info.member_count;
    const rs_source *const first = of->member[0];
    bool one_type = true;
    bool views = true;
    for (size_t m = 0; m < count; ++m) {
        const rs_source *const member = of->member[m];
        one_type = one_type && member->info.dtype == first->info.dtype;
        views = views && member->info.random_access && member->vtable->view != NULL;
    }
    const bool can = views && count <= RS_BLENDED && of->info.taken != RS_VALUES_PROBS;
    const bool powers = of->softmax || of->sigmoid;
    of->blends = can && !powers && of->map == NULL && one_type;
    of->direct = of->blends || (can && powers);
    if (of->direct) {
        const uint64_t row_bytes = of->base.info.row_bytes;
        const uint64_t bytes = of->blends ? FEW_BYTES : POWER_BYTES;
        of->base.few_rows = row_bytes < bytes ? bytes / row_bytes : 1;
    }
}

static rs_status fill(rs_ensemble *of, rs_source *const *members, size_t member_count,
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
    const uint64_t rows_of_group = GROUP_BYTES / (rs_ensemble_sums(of) * sizeof(double));
    of->group_rows = rows_of_group > 0 ? rows_of_group : 1;
    of->info.space = options->space;
    of->info.taken = options->values;
    choose_way(of);
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
    rs_ensemble *of = NULL;
    RS_TRY(RS_NEW(&of, 1, "an ensemble", error));
    const rs_status status = fill(of, members, member_count, options, error);
    if (status != RS_OK) {
        free_ensemble(of);
        return status;
    }
    *source = &of->base;
    return RS_OK;
}
