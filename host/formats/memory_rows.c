/* memory_rows.c - rows that lie in the caller's memory. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/float_type.h"
#include "formats/source_impl.h"

typedef struct memory_rows {
    rs_source base;
    const uint8_t *data;
    uint64_t stride_bytes;
} memory_rows;

static const void *memory_view(const rs_source *source, uint64_t first_row, uint64_t *rows,
                               uint64_t *row_stride_bytes)
{
    const memory_rows *memory = (const memory_rows *)source;
    *rows = source->info.rows - first_row;
    *row_stride_bytes = memory->stride_bytes;
    return memory->data + first_row * memory->stride_bytes;
}

static rs_status memory_read(rs_source *source, uint64_t first_row, uint64_t rows, void *out,
                             uint64_t *rows_read, rs_error *error)
{
    (void)error;
    const memory_rows *memory = (const memory_rows *)source;
    uint8_t *to = out;
    for (uint64_t i = 0; i < rows; ++i) {
        memcpy(to + i * source->info.row_bytes,
               memory->data + (first_row + i) * memory->stride_bytes, source->info.row_bytes);
    }
    *rows_read = rows;
    return RS_OK;
}

static void memory_close(rs_source *source)
{
    rs_source_release(source);
    free(source);
}

static const rs_source_vtable memory_vtable = {memory_view, memory_read, memory_close};

rs_status rs_source_open_memory(const void *data, rs_dtype dtype, uint64_t rows, uint64_t columns,
                                uint64_t row_stride_bytes, rs_source **source, rs_error *error)
{
    RS_NEED(source, error);
    *source = NULL;
    RS_NEED(data, error);
    uint64_t span = 0;
    RS_REFUSE(!rs_dtype_is_float(dtype), error, "give " RS_FLOATS_TEXT,
              "rows in memory cannot be of type %s", rs_dtype_name(dtype));
    RS_TRY(rs_check_shape("memory", rows, columns, error));
    RS_REFUSE(row_stride_bytes < columns * rs_dtype_bytes(dtype) ||
                  !rs_mul_u64(rows, row_stride_bytes, &span) || span > PTRDIFF_MAX,
              error, NULL,
              "rows %" PRIu64 " bytes apart cannot hold %" PRIu64 " columns of %s in memory",
              row_stride_bytes, columns, rs_dtype_name(dtype));
    memory_rows *memory = NULL;
    RS_TRY(RS_NEW(&memory, 1, "a source", error));
    const rs_source_info shape = {
        .path = "memory",
        .format = "memory",
        .dtype = dtype,
        .rows = rows,
        .columns = columns,
    };
    const rs_status status = rs_source_init(&memory->base, &memory_vtable, &shape, error);
    if (status != RS_OK) {
        memory_close(&memory->base);
        return status;
    }
    (void)snprintf(memory->base.file_dtype, RS_FILE_DTYPE_BYTES, "%s", rs_dtype_name(dtype));
    memory->data = data;
    memory->stride_bytes = row_stride_bytes;
    memory->base.info.bytes = rows * memory->base.info.row_bytes;
    memory->base.info.random_access = true;
    *source = &memory->base;
    return RS_OK;
}
