/* bench_run.h - what the C benchmarks share: settings, the clock, medians, a warm file, and one run
 * for every dtype that is asked for.
 */
#ifndef RS_BENCH_RUN_H
#define RS_BENCH_RUN_H

#include <time.h>

#include "bench_data.h"
#include "reassess/reassess.h"

enum { RS_BENCH_ROUNDS_MAX = 10000 };

typedef struct rs_bench_settings {
    uint64_t rows;
    uint32_t columns;
    unsigned rounds;
    clockid_t clock;
    const char *dtype;  /* names with commas; NULL: all */
    const char *folder; /* of a file that is written; NULL: there is none, nor an option for it */
} rs_bench_settings;

extern const rs_bench_settings rs_bench_defaults;

/* Takes an option that only one benchmark has; false: it has none of that name. */
typedef bool (*rs_bench_option)(void *context, const char *name, const char *value);

/* Pairs of options and values into *set; what is not of them goes to `own` (NULL: none). False:
 * unknown, without its value, or nothing to measure. */
bool rs_bench_read(int argc, char **argv, rs_bench_settings *set, rs_bench_option own,
                   void *context);

/* The instruction set of that name; false: there is none on this processor. */
bool rs_bench_isa(const char *name, rs_isa *isa);

double rs_bench_now_ms(clockid_t clock);

/* Sorts the values. */
double rs_bench_median(double *values, unsigned count);

typedef rs_status (*rs_bench_of_dtype)(void *context, rs_dtype dtype, rs_error *error);

/* Runs every dtype of the settings; returns the exit status, and says as `name` why it is not 0. */
int rs_bench_each_dtype(const char *name, const rs_bench_settings *set, rs_bench_of_dtype run,
                        void *context);

/* Rows as a file without a header, which stays in the page cache. Begins as {0}. */
typedef struct rs_bench_file {
    rs_source *source;
    char path[512];
} rs_bench_file;

rs_status rs_bench_file_write(rs_bench_file *file, const rs_bench_data *data, const char *folder,
                              rs_error *error);
void rs_bench_file_remove(rs_bench_file *file);

#endif
