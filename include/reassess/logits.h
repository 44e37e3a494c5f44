/* logits.h - where a model's outputs come from: a file, several files, a pipe or memory.
 *
 * A source is N rows (images) of C columns (classes). It holds either logits (or probabilities) in
 * a floating type or ranked predictions: each row the classes a model answers, best first.
 */
#ifndef REASSESS_LOGITS_H
#define REASSESS_LOGITS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reassess/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* name, text as files and --dtype spell it, size in bytes, is it floating */
#define RS_DTYPE_MAP(X)                                                                     \
    X(F32, "f32", 4, true)                                                                  \
    X(F16, "f16", 2, true)                                                                  \
    X(BF16, "bf16", 2, true)                                                                \
    X(F64, "f64", 8, true)                                                                  \
    X(I8, "i8", 1, false)                                                                   \
    X(U8, "u8", 1, false)                                                                   \
    X(I16, "i16", 2, false)                                                                 \
    X(U16, "u16", 2, false)                                                                 \
    X(I32, "i32", 4, false)                                                                 \
    X(U32, "u32", 4, false)                                                                 \
    X(I64, "i64", 8, false)                                                                 \
    X(U64, "u64", 8, false)

typedef enum rs_dtype {
    RS_DTYPE_NONE = 0, /* not stated */
#define RS_DTYPE_ENUM(name, text, bytes, is_float) RS_DTYPE_##name,
    RS_DTYPE_MAP(RS_DTYPE_ENUM)
#undef RS_DTYPE_ENUM
} rs_dtype;

size_t rs_dtype_bytes(rs_dtype dtype);     /* 0 for RS_DTYPE_NONE */
const char *rs_dtype_name(rs_dtype dtype); /* "f32"; "none" for RS_DTYPE_NONE */
bool rs_dtype_is_float(rs_dtype dtype);
/* "f32", "float32", "bf16", "bfloat16", "int64", ... RS_DTYPE_NONE when the text names none. */
rs_dtype rs_dtype_parse(const char *text);

/* Limits of every input, checked before anything is allocated. */
#define RS_MAX_COLUMNS 65536u
#define RS_MAX_ROWS UINT64_C(4294967295)
/* Rows of a stream are not known before its end. */
#define RS_ROWS_UNKNOWN UINT64_MAX

typedef enum rs_io { RS_IO_AUTO = 0, RS_IO_MMAP, RS_IO_PREAD } rs_io;

typedef enum rs_content {
    RS_CONTENT_LOGITS = 0, /* floats: N x C values, one a class */
    RS_CONTENT_PREDICTIONS /* int32: N x k classes, best first; -1 from the first missing one on */
} rs_content;

struct rs_class_map; /* labels.h */

typedef struct rs_source_options {
    const char *tensor;      /* member of an .npz, tensor of a .safetensors; NULL: the only one
                                that fits. In an .npz a * stands for a number: all such members
                                are row blocks of one array, in the order of their numbers */
    rs_dtype dtype;          /* how two-byte voids and integers that hold bits are to be read; for
                                raw files the type; RS_DTYPE_NONE: what the file says */
    uint64_t raw_rows;       /* raw and headerless streams: rows, or 0 to take them from the size */
    uint64_t raw_columns;    /* raw and headerless streams: columns; 0: the input has a header */
    rs_io io;                /* how regular files are read */
    const char *scores_path; /* --pred-scores: N x k scores that rank the predictions of each row */
    uint32_t classes;        /* predictions must be below it; 0: RS_MAX_COLUMNS */
    const struct rs_class_map *class_map; /* of predictions, which are its columns then: they become
                                             its classes, without those that have none. NULL: they
                                             are classes. Must outlive the source */
    bool vector;             /* floats in one dimension are wanted, as rows of one column */
    const volatile sig_atomic_t *stop; /* non-zero: waiting for a stream ends with RS_INTERRUPTED;
                                          may be NULL */
} rs_source_options;

typedef struct rs_source_info {
    const char *path;      /* as opened; "-" for standard input, the first one of parts */
    const char *format;    /* "npy", "npz", "safetensors", "raw", "csv", "memory" */
    rs_dtype dtype;        /* of the rows handed out: a floating type, or I32 for predictions */
    const char *file_dtype; /* as the file spells it, for example "<f4" */
    rs_content content;
    uint64_t rows;         /* RS_ROWS_UNKNOWN for a stream of unknown length */
    uint64_t columns;
    uint64_t row_bytes;    /* columns * size of dtype */
    uint64_t bytes;        /* payload in the file(s), 0 when not known */
    bool random_access;    /* rs_source_read takes any row, from several threads at once */
    bool averaged;         /* rows are averages of several models (ensemble.h) */
    bool file_name_order;  /* rows were put into file-name order by the names the file carries */
} rs_source_info;

typedef struct rs_source rs_source;

/* Opens PATH ("-": standard input); the format is found by its first bytes, never by the name.
 * *source is NULL on failure. Close it with rs_source_close. */
rs_status rs_source_open(const char *path, const rs_source_options *options, rs_source **source,
                         rs_error *error);

/* Consecutive row blocks of one model, in the order given. All must agree in columns and dtype. */
rs_status rs_source_open_parts(const char *const *paths, size_t path_count,
                               const rs_source_options *options, rs_source **source,
                               rs_error *error);

/* Rows that lie in memory already: not copied, must outlive the source. `row_stride_bytes` is the
 * distance of rows (at least columns * size of dtype). Floating types only. */
rs_status rs_source_open_memory(const void *data, rs_dtype dtype, uint64_t rows, uint64_t columns,
                                uint64_t row_stride_bytes, rs_source **source, rs_error *error);

const rs_source_info *rs_source_get_info(const rs_source *source);

/* Where row `first_row` lies in memory, or NULL when the rows must be read. *rows gets how many
 * consecutive rows follow from there without a break, *row_stride_bytes their distance. The bytes
 * may be unaligned. Valid until the source is closed. Thread-safe. */
const void *rs_source_view(const rs_source *source, uint64_t first_row, uint64_t *rows,
                           uint64_t *row_stride_bytes);

/* Copies up to `rows` rows from `first_row` on to `out`, tightly packed, native byte order, dtype
 * as in the info. *rows_read is smaller than asked only at the end of the input. Without random
 * access the calls must ask for ascending rows, from one thread at a time; rows left out are
 * skipped, and the call that delivers the last row also checks that the input ends there and that
 * its checksum holds. Predictions are checked as they are read. Views can be read too. */
rs_status rs_source_read(rs_source *source, uint64_t first_row, uint64_t rows, void *out,
                         uint64_t *rows_read, rs_error *error);

void rs_source_close(rs_source *source); /* NULL is fine */

#ifdef __cplusplus
}
#endif
#endif
