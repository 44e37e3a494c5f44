/* heads_fuzz.c - any bytes as a head: a file of whatever format, and weight and bias in an archive
 * with right checksums. The first byte says which. */
#include "fuzz/fuzz_zip.h"
#include "reassess/heads.h"

static volatile double sink; /* so that what is read is read */

static void load(const char *weight, const char *bias)
{
    rs_head_file *file = NULL;
    rs_error error = {.status = RS_OK};
    const rs_status status = rs_head_load(weight, bias, NULL, &file, &error);
    fuzz_require((status == RS_OK) == (file != NULL));
    if (status != RS_OK) {
        fuzz_require(error.status == status && error.reason[0] != '\0');
        return;
    }
    const rs_head *head = rs_head_get(file);
    fuzz_require(head->classes >= 1 && head->classes <= RS_MAX_COLUMNS);
    fuzz_require(head->features >= 1 && head->features <= RS_MAX_COLUMNS);
    fuzz_require(rs_dtype_is_float(head->dtype) && head->weight != NULL);
    fuzz_require((head->bias == NULL) == (rs_head_bias_path(file) == NULL));
    /* all of it is there */
    const uint8_t *const bytes = head->weight;
    const uint64_t last = (uint64_t)head->classes * head->features * rs_dtype_bytes(head->dtype);
    sink = bytes[0] + bytes[last - 1];
    for (uint32_t c = 0; head->bias != NULL && c < head->classes; ++c) {
        sink = head->bias[c];
    }
    rs_head_free(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"bias.npy", "weight.npy"};
    enum { ARCHIVE = 'z' };
    char path[FUZZ_PATH_BYTES];
    char named[2][FUZZ_PATH_BYTES + 8];
    if (size == 0) {
        return 0;
    }
    const int fd = data[0] == ARCHIVE ? fuzz_zip_file(names, 2, data + 1, size - 1)
                                      : fuzz_memory_file(data + 1, size - 1);
    (void)fuzz_path(fd, path);
    (void)snprintf(named[0], sizeof named[0], "%s#weight", path);
    (void)snprintf(named[1], sizeof named[1], "%s#bias", path);
    load(path, NULL);
    load(path, path);
    load(named[0], named[1]);
    close(fd);
    return 0;
}
