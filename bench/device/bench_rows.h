/* bench_rows.h - rows and labels on a device, for cuda_bench: as many copies of the rows as the
 * cache cannot hold, which launches take in turn, so that each reads from memory.
 */
#ifndef RS_BENCH_ROWS_H
#define RS_BENCH_ROWS_H

#include "cuda/device_labels.h"
#include "device_bench.h"

enum { RS_BENCH_KEPT = 5 }; /* predictions, where they are asked for */

typedef struct rs_bench_rows {
    rs_bench_data data;
    rs_pass pass;
    uint64_t bytes;      /* of the rows */
    uint64_t copy_bytes; /* from one copy to the next */
    unsigned copies;
    unsigned turn;          /* the copy that comes next */
    unsigned char *there;   /* [copies] on the device */
    unsigned char *results; /* room for RS_BENCH_KEPT predictions and the flags of each row */
    rs_device_labels labels;
    uint32_t multiprocessors;
    cudaStream_t stream;
} rs_bench_rows;

/* Takes `data`, whatever happens. Begins as {0}; closed after a failure too. */
rs_status rs_bench_rows_open(rs_bench_rows *rows, rs_bench_data *data, int device,
                             cudaStream_t stream, rs_error *error);
void rs_bench_rows_close(rs_bench_rows *rows);

/* The next copy. */
const unsigned char *rs_bench_rows_take(rs_bench_rows *rows);

/* The same images, those of a class one after the other. */
rs_status rs_bench_data_by_class(const rs_bench_data *data, rs_bench_data *sorted, rs_error *error);

#endif
