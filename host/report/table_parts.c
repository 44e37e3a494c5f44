/* table_parts.c - intervals behind their numbers. */
#include "report/table_parts.h"

#include <math.h>

void rs_table_metric(const rs_metric *metric, rs_text *out)
{
    if (metric == NULL || metric->reason != NULL) {
        rs_table_none(out);
    } else if (metric->error_reason != NULL) {
        rs_table_put(out, "%5.2f", 100.0 * metric->value);
    } else {
        rs_table_put(out, "%5.2f [%5.2f, %5.2f]", 100.0 * metric->value, 100.0 * metric->ci95_low,
                     100.0 * metric->ci95_high);
    }
}

void rs_table_value(const rs_metric *metric, rs_text *out)
{
    if (metric == NULL || metric->reason != NULL) {
        rs_table_none(out);
    } else {
        rs_table_put(out, "%.2f", 100.0 * metric->value);
    }
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
