/* table_parts.c - intervals behind their numbers. */
#include "report/table_parts.h"

#include <math.h>

void rs_table_add_cell(const rs_metric *metric, const char *between, size_t width, rs_text *out)
{
    const size_t begin = out->length;
    if (metric == NULL || metric->reason != NULL) {
        rs_text_add(out, "-");
    } else if (metric->error_reason != NULL) {
        rs_text_printf(out, "%5.2f", 100.0 * metric->value);
    } else {
        rs_text_printf(out, "%5.2f%s[%5.2f, %5.2f]", 100.0 * metric->value, between,
                       100.0 * metric->ci95_low, 100.0 * metric->ci95_high);
    }
    rs_table_pad(begin, width, out);
}

void rs_table_pad(size_t begin, size_t width, rs_text *out)
{
    const size_t length = out->length - begin;
    rs_text_printf(out, "%*s", length < width ? (int)(width - length) : 0, "");
}

void rs_table_add_bar(const rs_error_bar *bar, double scale, int digits, rs_text *out)
{
    if (bar->reason == NULL && bar->has_stderr) {
        rs_text_printf(out, " [%.*f, %.*f]", digits, scale * bar->ci95_low, digits,
                       scale * bar->ci95_high);
    } else if (bar->has_stderr) {
        rs_text_printf(out, " (error %.*f)", digits, scale * bar->stderr_value);
    }
}

const rs_metric *rs_table_error_of_classes(const rs_metric *share, const rs_metric *mean)
{
    const bool same = share != NULL && mean != NULL && share->reason == NULL &&
                      mean->reason == NULL && mean->error_reason == NULL &&
                      fabs(share->value - mean->value) < 1e-12;
    return same ? mean : share;
}
