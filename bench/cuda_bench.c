/* cuda_bench.c - the CUDA engine against what the device and the bus can do.
 *
 *     cuda_bench [--mode copy,kernel,...] [--dtype f32,...] [--rows N] [--columns C] [--rounds R]
 *                [--launches L] [--device D] [--folder FOLDER] [--json FILE|-]
 *
 * copy      the yardsticks: page-locked memory to the device; device to device (which reads and
 *           writes, so a copy of B bytes moves 2 B); and rows read by a kernel that only adds them
 *           up, which is what the kernels below are told as shares of
 * kernel    the row kernel alone on rows that lie on the device: ranks, and with five predictions,
 *           flags of every row, calibration, and all of these
 * order     the same with images in class order, whose counters collide
 * map       through a class map
 * wide      rows of 21,841 columns
 * adds      a scorer that is given 256 rows at a time
 * stream    passes of the engine over rows in the host's memory and in a mapped file (in --folder),
 *           copied first or sent from where they lie; shares of page-locked memory to the device
 * ensemble  passes over averages of three models, which are averaged on the device
 * heads     passes of one and of four heads on features
 *
 * Without --mode all. Launches take rows from a buffer that the cache cannot hold, in turn, and are
 * timed together, many between two events (--launches; with 1 nothing is done beforehand, for
 * profilers); passes are timed by the clock of the host. Told is the median of the rounds. --json
 * writes a line of JSON for each of the table.
 *
 * Built on the SIMT executor (tests/cuda) it does all the work and tells no time: what the executor
 * takes says nothing about a GPU.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cuda/cuda_engine.h"
#include "device/device_bench.h"

bool rs_bench_has_mode(const rs_device_bench *bench, const char *mode)
{
    return rs_bench_listed(bench->mode, mode);
}

rs_pass rs_bench_pass(const rs_bench_data *data)
{
    return (rs_pass){
        .labels = {data->rows, data->columns, data->original, data->real_begin, data->real_class},
        .columns = data->columns,
        .classes = data->columns,
        .topk_count = 2,
        .topk = {1, 5},
        .rows = {0, data->rows},
    };
}

/* Without times there is what was done. */
static void write_json(const rs_device_bench *bench, const rs_bench_told *told, double gbps,
                       double share, double tflops)
{
    fprintf(bench->json,
            "{\"bench\": \"cuda\", \"mode\": \"%s\", \"what\": \"%s\", \"dtype\": \"%s\", "
            "\"rows\": %" PRIu64 ", \"columns\": %" PRIu32,
            told->mode, told->what, rs_dtype_name(bench->dtype), bench->set.rows,
            bench->set.columns);
    if (RS_BENCH_TELLS_TIME) {
        fprintf(bench->json,
                ", \"median_ms\": %.5f, \"gbps\": %.2f, \"share\": %.4f, \"of\": \"%s\", "
                "\"tflops\": %.3f",
                told->ms, gbps, share, told->limit_gbps > 0 ? told->limit : "itself", tflops);
    }
    fprintf(bench->json, "}\n");
}

static void print_line(const rs_device_bench *bench, const rs_bench_told *told, double gbps,
                       double share, double tflops)
{
    printf("%-8s %-5s %-26s", told->mode, rs_dtype_name(bench->dtype), told->what);
    if (!RS_BENCH_TELLS_TIME) {
        printf(" done\n");
        return;
    }
    printf(" %9.4f ms %8.1f GB/s", told->ms, gbps);
    if (told->limit_gbps > 0) {
        printf("  %5.1f %% of %s", 100 * share, told->limit);
    }
    if (told->flops > 0) {
        printf("  %.2f TFLOP/s", tflops);
    }
    printf("\n");
}

void rs_bench_tell(const rs_device_bench *bench, const rs_bench_told *told)
{
    const double gbps = told->bytes / (told->ms * 1e6);
    const double share = told->limit_gbps > 0 ? gbps / told->limit_gbps : 1;
    const double tflops = told->flops / (told->ms * 1e9);
    print_line(bench, told, gbps, share, tflops);
    if (bench->json != NULL) {
        write_json(bench, told, gbps, share, tflops);
    }
}

void rs_bench_tell_skipped(const rs_device_bench *bench, const char *mode, const char *why)
{
    printf("%-8s %-5s skipped: %s\n", mode, rs_dtype_name(bench->dtype), why);
}

static bool read_own(void *context, const char *name, const char *value)
{
    rs_device_bench *const bench = context;
    if (strcmp(name, "--device") == 0) {
        bench->device = (int)strtol(value, NULL, 10);
    } else if (strcmp(name, "--launches") == 0) {
        bench->launches = (unsigned)strtoul(value, NULL, 10);
    } else if (strcmp(name, "--mode") == 0) {
        bench->mode = value;
    } else if (strcmp(name, "--json") == 0) {
        bench->json = strcmp(value, "-") == 0 ? stdout : fopen(value, "w");
        if (bench->json == NULL) {
            perror(value);
            return false;
        }
    } else {
        return false;
    }
    return true;
}

static rs_status print_device(const rs_device_bench *bench, rs_error *error)
{
    char line[256];
    int devices = 0;
    const rs_engine_plugin *const plugin = rs_engine_plugin_get();
    RS_TRY(plugin->device_count(&devices, error));
    RS_TRY(plugin->describe(bench->device, line, sizeof line, error));
    printf("device %d: %s; %" PRIu64 " x %" PRIu32 ", median of %u\n", bench->device, line,
           bench->set.rows, bench->set.columns, bench->set.rounds);
    if (!RS_BENCH_TELLS_TIME) {
        printf("on the host SIMT executor: no times are told\n");
    }
    return RS_OK;
}

static rs_status bench_dtype(void *context, rs_dtype dtype, rs_error *error)
{
    rs_device_bench *const bench = context;
    bench->dtype = dtype;
    RS_TRY(rs_bench_device_rows(bench, error)); /* for the yardsticks in any case */
    return rs_bench_passes(bench, error);
}

int main(int argc, char **argv)
{
    rs_device_bench bench = {.set = rs_bench_defaults};
    rs_error error = {.status = RS_OK};
    bench.set.folder = "/tmp";
    if (!rs_bench_read(argc, argv, &bench.set, read_own, &bench) || bench.device < 0 ||
        bench.device > RS_DEVICE_LAST) {
        fprintf(stderr,
                "usage: cuda_bench [--mode copy,kernel,order,map,wide,adds,stream,ensemble,heads] "
                "[--dtype f32,f16,bf16,f64] [--rows N] [--columns C] [--rounds R] [--launches L] "
                "[--device D] [--folder FOLDER] [--json FILE|-]\n");
        return 2;
    }
    int exit_status = 0;
    if (print_device(&bench, &error) != RS_OK) {
        char text[2048];
        fprintf(stderr, "cuda_bench: %s\n", rs_error_format(&error, text, sizeof text));
        exit_status = rs_status_exit(error.status);
    } else {
        exit_status = rs_bench_each_dtype("cuda_bench", &bench.set, bench_dtype, &bench);
    }
    if (bench.json != NULL && bench.json != stdout && fclose(bench.json) != 0) {
        perror("cuda_bench");
        return 1;
    }
    return exit_status;
}
