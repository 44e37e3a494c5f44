/* bench_run.c - see bench_run.h */
#include "bench_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/float_type.h"
#include "engine/row_kernel.h"

const rs_bench_settings rs_bench_defaults = {
    .rows = 50000, .columns = 1000, .rounds = 31, .clock = CLOCK_MONOTONIC};

static bool read_option(const char *name, const char *value, rs_bench_settings *set)
{
    if (strcmp(name, "--rows") == 0) {
        set->rows = strtoull(value, NULL, 10);
    } else if (strcmp(name, "--columns") == 0) {
        set->columns = (uint32_t)strtoul(value, NULL, 10);
    } else if (strcmp(name, "--rounds") == 0) {
        set->rounds = (unsigned)strtoul(value, NULL, 10);
    } else if (strcmp(name, "--dtype") == 0) {
        set->dtype = value;
    } else if (strcmp(name, "--clock") == 0) {
        set->clock = strcmp(value, "cpu") == 0 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC;
    } else if (strcmp(name, "--folder") == 0 && set->folder != NULL) {
        set->folder = value;
    } else {
        return false;
    }
    return true;
}

bool rs_bench_read(int argc, char **argv, rs_bench_settings *set, rs_bench_option own,
                   void *context)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        if (!read_option(argv[i], argv[i + 1], set) &&
            (own == NULL || !own(context, argv[i], argv[i + 1]))) {
            return false;
        }
    }
    return argc % 2 == 1 && set->rows > 0 && set->columns > 0 && set->rounds > 0 &&
           set->rounds <= RS_BENCH_ROUNDS_MAX;
}

bool rs_bench_isa(const char *name, rs_isa *isa)
{
    int i = RS_ISA_AUTO;
    while (i <= RS_ISA_NEON && strcmp(name, rs_isa_name((rs_isa)i)) != 0) {
        ++i;
    }
    *isa = (rs_isa)i;
    return i <= RS_ISA_NEON && rs_isa_available(*isa);
}

double rs_bench_now_ms(clockid_t clock)
{
    struct timespec now;
    (void)clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

static int compare_doubles(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

double rs_bench_median(double *values, unsigned count)
{
    qsort(values, count, sizeof *values, compare_doubles);
    return values[count / 2];
}

int rs_bench_each_dtype(const char *name, const rs_bench_settings *set, rs_bench_of_dtype run,
                        void *context)
{
    static const rs_dtype dtypes[] = {
#define BENCH_DTYPE(ID, name, bits, infinity, normal) RS_DTYPE_##ID,
        RS_FLOAT_MAP(BENCH_DTYPE)};
    for (size_t i = 0; i < sizeof dtypes / sizeof dtypes[0]; ++i) {
        rs_error error = {.status = RS_OK};
        if (rs_bench_listed(set->dtype, rs_dtype_name(dtypes[i])) &&
            run(context, dtypes[i], &error) != RS_OK) {
            char text[2048];
            fprintf(stderr, "%s: %s\n", name, rs_error_text(&error, text, sizeof text));
            return rs_status_exit(error.status);
        }
    }
    return 0;
}

rs_status rs_bench_file_write(rs_bench_file *file, const rs_bench_data *data, const char *folder,
                              rs_error *error)
{
    const size_t bytes = data->rows * data->columns * rs_dtype_bytes(data->dtype);
    (void)snprintf(file->path, sizeof file->path, "%s/bench.%ld.raw", folder, (long)getpid());
    FILE *const out = fopen(file->path, "wb");
    if (out == NULL || fwrite(data->values, 1, bytes, out) != bytes || fclose(out) != 0) {
        return rs_fail(error, RS_IO, file->path, rs_nowhere(), "name another --folder",
                       "the rows cannot be written");
    }
    const rs_source_options options = {
        .dtype = data->dtype, .raw_rows = data->rows, .raw_columns = data->columns};
    return rs_source_open(file->path, &options, &file->source, error);
}

void rs_bench_file_remove(rs_bench_file *file)
{
    rs_source_close(file->source);
    if (file->path[0] != '\0') {
        (void)unlink(file->path);
    }
    *file = (rs_bench_file){.source = NULL};
}
