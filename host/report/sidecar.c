/* sidecar.c - --keep-topk. */
#include "report/sidecar.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/file_read.h"
#include "formats/write.h"

enum { BLOCK_ROWS = 4096 };

rs_status rs_sidecar_path(const char *folder, const char *model, uint32_t keep, char **path,
                          rs_error *error)
{
    RS_TRY(rs_format_text(path, error, "%s/%s.top%" PRIu32 ".npz", folder, model, keep));
    for (char *at = *path + strlen(folder) + 1; *at != '\0'; ++at) {
        *at = *at == '/' ? '_' : *at;
    }
    return RS_OK;
}

/* Half the size where every class fits, and -1 with them. */
static rs_dtype class_dtype(const rs_row_results *results, uint64_t rows)
{
    int32_t last = 0;
    for (uint64_t i = 0; i < rows * results->keep; ++i) {
        last = results->prediction[i] > last ? results->prediction[i] : last;
    }
    return last <= INT16_MAX ? RS_DTYPE_I16 : RS_DTYPE_I32;
}

static void narrow_classes(const rs_row_results *results, uint64_t first, uint64_t count, void *to)
{
    const int32_t *const from = results->prediction + first;
    int16_t *const narrow = to;
    for (uint64_t i = 0; i < count; ++i) {
        narrow[i] = (int16_t)from[i];
    }
}

static void narrow_values(const rs_row_results *results, uint64_t first, uint64_t count, void *to)
{
    const double *const from = results->value + first;
    float *const narrow = to;
    for (uint64_t i = 0; i < count; ++i) {
        narrow[i] = (float)from[i];
    }
}

/* What is stored in a narrower type than it is held in, block by block. */
static rs_status put_narrow(rs_array_writer *writer, const rs_row_results *results, uint64_t rows,
                            void (*narrow)(const rs_row_results *, uint64_t, uint64_t, void *),
                            rs_error *error)
{
    const size_t keep = results->keep;
    void *block = NULL;
    RS_TRY(rs_alloc(&block, BLOCK_ROWS, keep * sizeof(float), "a block of predictions", error));
    rs_status status = RS_OK;
    for (uint64_t row = 0; status == RS_OK && row < rows; row += BLOCK_ROWS) {
        const uint64_t count = rows - row < BLOCK_ROWS ? rows - row : BLOCK_ROWS;
        narrow(results, row * keep, count * keep, block);
        status = rs_array_writer_put(writer, block, count, error);
    }
    free(block);
    return status;
}

static rs_status put_arrays(rs_array_writer *writer, const rs_record *record, rs_dtype class_type,
                            const rs_row_results *results, uint64_t rows, rs_error *error)
{
    RS_TRY(class_type == RS_DTYPE_I16
               ? put_narrow(writer, results, rows, narrow_classes, error)
               : rs_array_writer_put(writer, results->prediction, rows, error));
    if (record->input.content == RS_CONTENT_PREDICTIONS) {
        static const int32_t mark = 1; /* says whose file it is: -1 is no class in others */
        const rs_array_spec ranked = {
            .name = "ranked", .dtype = RS_DTYPE_I32, .rows = 1, .columns = 0};
        RS_TRY(rs_array_writer_next(writer, &ranked, error));
        return rs_array_writer_put(writer, &mark, 1, error);
    }
    const rs_array_spec values = {
        .name = "values",
        .dtype = record->input.dtype == RS_DTYPE_F64 ? RS_DTYPE_F64 : RS_DTYPE_F32,
        .rows = rows,
        .columns = results->keep,
    };
    RS_TRY(rs_array_writer_next(writer, &values, error));
    return values.dtype == RS_DTYPE_F64 ? rs_array_writer_put(writer, results->value, rows, error)
                                        : put_narrow(writer, results, rows, narrow_values, error);
}

rs_status rs_sidecar_prepare(const char *path, const rs_record *record,
                             const rs_row_results *results, uint64_t rows, rs_file_writer **file,
                             rs_error *error)
{
    const rs_array_spec classes = {"classes", class_dtype(results, rows), rows, results->keep};
    rs_array_writer *writer = NULL;
    *file = NULL;
    RS_TRY(rs_file_need_regular(path, error)); /* nobody reads a pipe of this name */
    RS_TRY(rs_array_writer_create(path, RS_WRITE_NPZ, &classes, &writer, error));
    const rs_status status = put_arrays(writer, record, classes.dtype, results, rows, error);
    if (status != RS_OK) {
        rs_array_writer_abort(writer);
        return status;
    }
    return rs_array_writer_finish(writer, file, error);
}
