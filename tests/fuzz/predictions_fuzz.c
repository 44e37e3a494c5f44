/* predictions_fuzz.c - any bytes as predictions: a CSV, integers, bare bytes, with scores.
 *
 * Where the text "\n--scores--\n" stands in the input, what follows is the file of scores.
 */
#include "fuzz/fuzz_source.h"

static const char separator[] = "\n--scores--\n";

static void with_scores(const uint8_t *data, size_t size, const uint8_t *scores,
                        size_t score_bytes)
{
    char path[FUZZ_PATH_BYTES];
    const int file = fuzz_memory_file(scores, score_bytes);
    const rs_source_options options = {.scores_path = fuzz_path(file, path)};
    fuzz_every_way(data, size, &options);
    close(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *const at = memmem(data, size, separator, sizeof separator - 1);
    if (at != NULL) {
        const uint8_t *const scores = at + sizeof separator - 1;
        with_scores(data, (size_t)(at - data), scores, (size_t)(data + size - scores));
        return 0;
    }
    const rs_source_options plain = {.dtype = RS_DTYPE_NONE};
    fuzz_every_way(data, size, &plain);
    const rs_source_options raw = {.dtype = RS_DTYPE_I16, .raw_columns = 3};
    fuzz_every_way(data, size, &raw);
    return 0;
}
