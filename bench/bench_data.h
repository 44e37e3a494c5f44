/* bench_data.h - rows and labels to measure with: shaped like a good model on the validation set.
 *
 * Logits about normal, with the original label on top in three rows of four and nearby in most
 * others; label sets with the sizes of the real ones (none 6 %, one 79 %, two 11 %, ... up to
 * nine).
 */
#ifndef RS_BENCH_DATA_H
#define RS_BENCH_DATA_H

#include <stdbool.h>
#include <stdint.h>

#include "reassess/labels.h"
#include "reassess/logits.h"

typedef struct rs_bench_data {
    uint64_t rows;
    uint32_t columns;
    rs_dtype dtype;
    void *values;         /* [rows][columns], 64 bytes aligned */
    int32_t *original;    /* [rows] */
    uint32_t *real_begin; /* [rows + 1] */
    int32_t *real_class;
} rs_bench_data;

/* Deterministic. On failure *data is empty. */
rs_status rs_bench_data_make(rs_bench_data *data, rs_dtype dtype, uint64_t rows, uint32_t columns,
                             rs_error *error);
void rs_bench_data_free(rs_bench_data *data);

/* Whether a list "a,b,c" holds the name; NULL holds every one. */
bool rs_bench_listed(const char *list, const char *name);

#endif
