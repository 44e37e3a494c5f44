/* wording.c - counts with their thousands set apart, probabilities, short names of classes. */
#include "report/wording.h"

#include <inttypes.h>
#include <math.h>
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

/* Four decimals, else a power of ten. */
const char *rs_p_text(double log_p, char out[RS_P_TEXT_BYTES])
{
    const double p = exp(log_p);
    if (p >= 0.00095) {
        (void)snprintf(out, RS_P_TEXT_BYTES, "%.4f", p);
    } else if (p >= 1e-300) {
        (void)snprintf(out, RS_P_TEXT_BYTES, "%.1e", p);
    } else if (isfinite(log_p)) {
        (void)snprintf(out, RS_P_TEXT_BYTES, "10^%.0f", log_p / log(10.0));
    } else {
        (void)snprintf(out, RS_P_TEXT_BYTES, "0");
    }
    return out;
}

void rs_short_name_add(const rs_labels *labels, uint32_t class_index, rs_text *out)
{
    const char *const name = rs_labels_name(labels, class_index);
    if (name != NULL) {
        rs_text_append(out, name, rs_labels_short_name_bytes(name));
        return;
    }
    const char *const synset = rs_labels_synset(labels, class_index);
    if (synset != NULL) {
        rs_text_add(out, synset);
    } else {
        rs_text_printf(out, "class %" PRIu32, class_index);
    }
}
