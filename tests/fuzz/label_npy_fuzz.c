/* label_npy_fuzz.c - any bytes as original labels in an .npy array, read and taken for labels. */
#include "fuzz/fuzz_source.h"
#include "labels/original_npy.h"
#include "reassess/labels.h"

enum { LABEL_LEAST = -1, LABEL_MOST = 65535 };

static void load(const char *path)
{
    const rs_labels_options options = {.original_path = path};
    rs_labels *labels = NULL;
    rs_error error = {.status = RS_OK};
    const rs_status status = rs_labels_load(&options, &labels, &error);
    fuzz_require((status == RS_OK) == (labels != NULL));
    if (status == RS_OK) {
        const rs_label_view *view = rs_labels_get_view(labels);
        for (uint64_t row = 0; row < view->rows; ++row) {
            fuzz_require(view->original[row] >= LABEL_LEAST &&
                         view->original[row] < (int32_t)view->classes);
        }
    } else {
        fuzz_require(error.status == status && error.reason[0] != '\0');
    }
    rs_labels_free(labels);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[FUZZ_PATH_BYTES];
    int32_t *label = NULL;
    uint64_t rows = 0;
    rs_error error = {.status = RS_OK};
    const int fd = fuzz_memory_file(data, size);
    const rs_status status = rs_original_npy_read(fuzz_path(fd, path), &label, &rows, &error);
    if (status == RS_OK) {
        fuzz_require(label != NULL && rows > 0);
        for (uint64_t row = 0; row < rows; ++row) {
            fuzz_require(label[row] >= LABEL_LEAST && label[row] <= LABEL_MOST);
        }
    } else {
        fuzz_require(label == NULL && error.status == status && error.reason[0] != '\0');
    }
    free(label);
    load(path);
    close(fd);
    return 0;
}
