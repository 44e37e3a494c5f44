/* decimal.c - strtoull without what it takes besides digits: blanks, signs, and overflow unseen. */
#include "base/decimal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool rs_decimal(const char **text, uint64_t *out)
{
    char *end = NULL;
    if (**text < '0' || **text > '9') {
        return false;
    }
    errno = 0;
    const unsigned long long value = strtoull(*text, &end, 10);
    if (errno != 0) {
        return false;
    }
    *text = end;
    *out = value;
    return true;
}

bool rs_decimal_ranges(const char *text, uint32_t classes, bool *in)
{
    if (strcmp(text, "none") == 0) {
        return true;
    }
    for (const char *at = text;; ++at) {
        uint64_t first = 0;
        uint64_t last = 0;
        bool good = rs_decimal(&at, &first);
        last = first;
        if (good && *at == '-') {
            ++at;
            good = rs_decimal(&at, &last);
        }
        if (!good || first > last || last >= classes || (*at != ',' && *at != '\0')) {
            return false;
        }
        memset(in + first, true, (size_t)(last - first + 1));
        if (*at == '\0') {
            return true;
        }
    }
}
