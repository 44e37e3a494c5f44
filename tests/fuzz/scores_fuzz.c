/* scores_fuzz.c - any bytes as `tensor` and `info` of an archive of scores with right checksums. */
#include <math.h>

#include "fuzz/fuzz_zip.h"
#include "relabel/scores.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"info.npy", "tensor.npy"};
    char path[FUZZ_PATH_BYTES];
    rs_scores scores;
    rs_error error = {.status = RS_OK};
    const int fd = fuzz_zip_file(names, 2, data, size);
    const rs_status status = rs_scores_read(fuzz_path(fd, path), NULL, &scores, &error);
    if (status == RS_OK) {
        fuzz_require(scores.pairs.count > 0);
        for (uint32_t pair = 0; pair < scores.pairs.count; ++pair) {
            fuzz_require(isfinite(scores.score[pair]) && scores.pairs.class_index[pair] >= 0);
            fuzz_require(rs_pairs_find_same(&scores.pairs, &scores.pairs, pair) == (int64_t)pair);
        }
    } else {
        fuzz_require(error.status == status && error.reason[0] != '\0');
        fuzz_require(scores.score == NULL && scores.pairs.count == 0);
    }
    rs_scores_clear(&scores);
    close(fd);
    return 0;
}
