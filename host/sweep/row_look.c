/* row_look.c - see row_look.h. */
#include "sweep/row_look.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/row_value.h"
#include "engine/score_rows.h"

bool rs_row_look_can(const rs_source *source)
{
    return source != NULL && rs_source_get_info(source)->random_access &&
           rs_source_get_ensemble(source) == NULL;
}

rs_status rs_row_look_open(rs_source *source, const rs_class_map *map, rs_row_look *reader,
                           rs_error *error)
{
    const rs_source_info *const info = rs_source_get_info(source);
    const bool ranked = info->content == RS_CONTENT_PREDICTIONS;
    *reader = (rs_row_look){.source = source, .info = info};
    RS_TRY(rs_alloc(&reader->row, info->row_bytes, 1, "a row", error));
    if (ranked) {
        return RS_OK;
    }
    reader->map = map;
    reader->kernel = rs_row_kernel_get(rs_isa_best(), info->dtype);
    reader->width = map == NULL ? (uint32_t)info->columns : map->positions;
    RS_TRY(RS_NEW(&reader->candidate, reader->width, "candidates", error));
    return map == NULL ? RS_OK
                       : rs_alloc(&reader->mapped, reader->width, rs_dtype_bytes(info->dtype),
                                  "a row", error);
}

void rs_row_look_close(rs_row_look *reader)
{
    free(reader->candidate);
    free(reader->mapped);
    free(reader->row);
    *reader = (rs_row_look){.source = NULL};
}

rs_status rs_row_look_values(const rs_row_look *reader, uint64_t row, const void **values,
                             rs_error *error)
{
    uint64_t read = 0;
    RS_TRY(rs_source_read(reader->source, row, 1, reader->row, &read, error));
    *values = read == 1 ? reader->row : NULL;
    if (reader->map != NULL && read == 1) {
        rs_map_row(reader->map, reader->info->dtype, reader->row, reader->mapped);
        *values = reader->mapped;
    }
    return RS_OK;
}

int32_t rs_row_look_class(const rs_row_look *reader, uint32_t column)
{
    return reader->map == NULL ? (int32_t)column : reader->map->position_class[column];
}

rs_status rs_row_look_answer(const rs_row_look *reader, uint64_t row, int32_t *answer,
                             rs_error *error)
{
    const void *values = NULL;
    *answer = -1;
    RS_TRY(rs_row_look_values(reader, row, &values, error));
    if (values == NULL) {
        return RS_OK;
    }
    if (reader->kernel == NULL) {
        *answer = (int32_t)rs_load_u32(values, 0);
    } else if ((reader->kernel->inspect(values, reader->width) & RS_ROW_NAN) == 0) {
        const uint32_t found =
            reader->kernel->find_candidates(values, reader->width, 1, reader->candidate);
        if (rs_select_best(reader->candidate, found, 1) > 0) {
            *answer = rs_row_look_class(reader, reader->candidate[0].column);
        }
    }
    return RS_OK;
}
