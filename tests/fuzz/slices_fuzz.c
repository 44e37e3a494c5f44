/* slices_fuzz.c - any bytes as a file of groups of images.
 *
 * What is accepted must be groups with names, of images that there are.
 */
#include <stdlib.h>
#include <string.h>

#include "labels/slices.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROWS = 5, CLASSES = 3 };

static void require(int condition)
{
    if (!condition) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int32_t original[ROWS] = {0, 1, 0, -1, 1};
    rs_labels *labels = NULL;
    rs_slices slices = {0};
    rs_error error = {.status = RS_OK};
    require(rs_labels_create(ROWS, CLASSES, original, NULL, NULL, &labels, NULL) == RS_OK);
    const rs_status status = rs_slices_parse("slices", data, size, labels, &slices, &error);
    require(status == RS_OK || (error.status == status && error.reason[0] != '\0'));
    require(status != RS_OK || slices.members > 0);
    for (uint32_t g = 0; g < slices.count; ++g) {
        require(slices.group[g].by != NULL && slices.group[g].name[0] != '\0');
    }
    for (uint64_t m = 0; m < slices.members; ++m) {
        require(slices.member[m].image < ROWS && slices.member[m].group < slices.count);
    }
    rs_slices_clear(&slices);
    rs_labels_free(labels);
    return 0;
}
