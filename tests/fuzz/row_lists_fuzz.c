/* row_lists_fuzz.c - any bytes as the names of rows and as a list of folds.
 *
 * What was read must be a name, or a fold, for each of the five rows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "relabel/folds.h"
#include "relabel/row_names.h"

enum { ROWS = 5, FOLDS = 2 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition)
{
    if (!condition) {
        abort();
    }
}

static void as_names(const char *path, const rs_labels *labels)
{
    rs_row_names names;
    rs_error error = {.status = RS_OK};
    const rs_status status = rs_row_names_read(path, labels, &names, &error);
    require(status == RS_OK || (error.status == status && error.reason[0] != '\0' &&
                                names.name == NULL && names.bytes.data == NULL));
    for (uint64_t row = 0; status == RS_OK && row < ROWS; ++row) {
        const rs_span name = rs_row_names_get(&names, row);
        require(name.length > 0 && memchr(name.text, '\n', name.length) == NULL);
    }
    rs_row_names_clear(&names);
}

static void as_folds(const char *path)
{
    rs_folds folds;
    rs_error error = {.status = RS_OK};
    const rs_status status = rs_folds_make(RS_FOLDS_LIST, path, ROWS, FOLDS, &folds, &error);
    require(status == RS_OK || (error.status == status && error.reason[0] != '\0' &&
                                folds.fold == NULL && folds.rows == NULL));
    uint64_t rows[FOLDS] = {0};
    for (uint64_t row = 0; status == RS_OK && row < ROWS; ++row) {
        require(folds.fold[row] < FOLDS);
        ++rows[folds.fold[row]];
    }
    for (uint32_t fold = 0; status == RS_OK && fold < FOLDS; ++fold) {
        require(rows[fold] > 0 && rows[fold] == folds.rows[fold]);
    }
    rs_folds_clear(&folds);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int32_t original[ROWS] = {0, 1, 0, -1, 1};
    char path[40];
    rs_labels *labels = NULL;
    require(rs_labels_create(ROWS, 2, original, NULL, NULL, &labels, NULL) == RS_OK);
    const int fd = memfd_create("list", MFD_CLOEXEC);
    require(fd >= 0 && (size == 0 || pwrite(fd, data, size, 0) == (ssize_t)size));
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    as_names(path, labels);
    as_folds(path);
    close(fd);
    rs_labels_free(labels);
    return 0;
}
