/* score_on_device.c - logits that a model writes to device memory are scored where they are.
 *
 *     score_on_device REAL.json LABELS.txt LOGITS.npy
 *
 * The file stands for the model: its rows are put on the device batch by batch, in the stream in
 * which a model would have written them. Nothing is copied back and nothing waits until the end.
 * Links with libreassess and the CUDA runtime; docs/CUDA.md walks through it.
 */
#include <cuda_runtime_api.h>
#include <reassess/reassess.h>
#include <stdio.h>
#include <stdlib.h>

enum { BATCH = 500 };

/* What a model does: fills `logits` (device memory) with rows first_row, first_row + 1, ... */
static rs_status run_model(rs_source *model, uint64_t first_row, uint64_t rows, void *host,
                           void *logits, cudaStream_t stream, rs_error *error)
{
    uint64_t got = 0;
    const uint64_t bytes = rows * rs_source_get_info(model)->row_bytes;
    const rs_status status = rs_source_read(model, first_row, rows, host, &got, error);
    if (status != RS_OK) {
        return status;
    }
    /* The memory at `host` is used again for the next batch. */
    return got == rows &&
                   cudaMemcpyAsync(logits, host, bytes, cudaMemcpyHostToDevice, stream) ==
                       cudaSuccess &&
                   cudaStreamSynchronize(stream) == cudaSuccess
               ? RS_OK
               : RS_DEVICE;
}

static rs_status score(const rs_labels *labels, rs_source *model, rs_tally **tally, rs_error *error)
{
    const rs_source_info *const info = rs_source_get_info(model);
    const rs_evaluator_options options = {.backend = RS_BACKEND_CUDA, .device = 0};
    const uint64_t images = rs_labels_get_view(labels)->rows;
    rs_scorer *scorer = NULL;
    cudaStream_t stream = NULL;
    void *logits = NULL;
    void *const host = malloc(BATCH * info->row_bytes);
    rs_status status = rs_scorer_create(&options, labels, 0, &scorer, error);
    if (status == RS_OK && (host == NULL || cudaStreamCreate(&stream) != cudaSuccess ||
                            cudaMalloc(&logits, BATCH * info->row_bytes) != cudaSuccess)) {
        status = RS_MEMORY;
    }
    for (uint64_t row = 0; status == RS_OK && row < images; row += BATCH) {
        const uint64_t rows = images - row < BATCH ? images - row : BATCH;
        status = run_model(model, row, rows, host, logits, stream, error);
        const rs_scorer_rows batch = {.data = logits,
                                      .dtype = info->dtype,
                                      .rows = rows,
                                      .columns = info->columns,
                                      .stream = stream}; /* of the next images: no index */
        if (status == RS_OK) { /* one launch in the model's stream */
            status = rs_scorer_add(scorer, &batch, error);
        }
    }
    if (status == RS_OK) { /* waits, and fetches what the images gave */
        status = rs_scorer_tally(scorer, tally, error);
    }
    rs_scorer_free(scorer);
    (void)cudaFree(logits);
    if (stream != NULL) {
        (void)cudaStreamDestroy(stream);
    }
    free(host);
    return status;
}

int main(int argc, char **argv)
{
    rs_labels *labels = NULL;
    rs_source *model = NULL;
    rs_tally *tally = NULL;
    rs_metrics metrics = {0};
    rs_error error = {0};
    if (argc != 4) {
        fprintf(stderr, "usage: score_on_device REAL.json LABELS.txt LOGITS.npy\n");
        return 2;
    }
    const rs_labels_options files = {.real_path = argv[1], .original_path = argv[2]};
    const rs_source_options reading = {0};
    rs_status status = rs_labels_load(&files, &labels, &error);
    if (status == RS_OK) {
        status = rs_source_open(argv[3], &reading, &model, &error);
    }
    if (status == RS_OK) {
        status = score(labels, model, &tally, &error);
    }
    if (status == RS_OK) {
        status = rs_metrics_compute(tally, NULL, &metrics, &error);
    }
    if (status == RS_OK) {
        printf("top-1 %.4f, ReaL %.4f\n", rs_metrics_find(&metrics, "imagenet_top1")->value,
               rs_metrics_find(&metrics, "real_top1")->value);
    } else {
        char text[RS_ERROR_FILE_BYTES + 3 * RS_ERROR_TEXT_BYTES];
        fprintf(stderr, "%s\n", rs_error_format(&error, text, sizeof text));
    }
    rs_metrics_clear(&metrics);
    rs_tally_free(tally);
    rs_source_close(model);
    rs_labels_free(labels);
    return rs_status_exit(status);
}
