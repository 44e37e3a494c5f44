/* count_text.c - thousands set apart. */
#include "report/count_text.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

const char *rs_count_text(uint64_t count, char out[RS_COUNT_TEXT_BYTES])
{
    char digits[24];
    const int length = snprintf(digits, sizeof digits, "%" PRIu64, count);
    size_t put = 0;
    for (int i = 0; i < length; ++i) {
        if (i > 0 && (length - i) % 3 == 0) {
            out[put++] = ',';
        }
        out[put++] = digits[i];
    }
    out[put] = '\0';
    return out;
}
