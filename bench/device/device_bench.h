/* device_bench.h - what the parts of cuda_bench share: settings, yardsticks, and telling. */
#ifndef RS_DEVICE_BENCH_H
#define RS_DEVICE_BENCH_H

#include <cuda_runtime_api.h>
#include <stdio.h>

#include "base/error.h"
#include "bench_run.h"
#include "engine/engine.h"

/* On the executor of the tests all the work is done, a little of it, and no time is told. */
#ifdef SIMT_CUDA_RUNTIME
enum { RS_BENCH_TELLS_TIME = 0 };
#else
enum { RS_BENCH_TELLS_TIME = 1 };
#endif

typedef struct rs_device_bench {
    rs_bench_settings set;
    int device;
    unsigned launches; /* between two events; 0: as many as make a time */
    const char *mode;  /* names with commas; NULL: all */
    FILE *json;        /* or NULL */
    rs_dtype dtype;    /* that is measured */
    double read_gbps;  /* of the sum kernel */
    double send_gbps;  /* page-locked memory to the device */
} rs_device_bench;

typedef struct rs_bench_told {
    const char *mode, *what;
    double ms;
    double bytes;      /* that were read, sent or, of a copy, read and written */
    double limit_gbps; /* of the yardstick; 0: it is one */
    const char *limit; /* its name */
    double flops;      /* of products; 0: there are none */
} rs_bench_told;

/* A line of the table, and one of JSON. */
void rs_bench_tell(const rs_device_bench *bench, const rs_bench_told *told);
void rs_bench_tell_skipped(const rs_device_bench *bench, const char *mode, const char *why);

bool rs_bench_has_mode(const rs_device_bench *bench, const char *mode);

/* A pass over `data` as the engines are given it: top-1 and top-5, all rows. */
rs_pass rs_bench_pass(const rs_bench_data *data);

/* Rows that lie on the device: yardsticks, kernels, adds. Sets both yardsticks. */
rs_status rs_bench_device_rows(rs_device_bench *bench, rs_error *error);
/* Rows in the memory of the host and in a file, ensembles, heads: passes of the engine. */
rs_status rs_bench_passes(const rs_device_bench *bench, rs_error *error);

#endif
