/* report_paired.c - two models on the same images: only those count on which they part. */
#include <math.h>

#include "analyse/bits.h"
#include "analyse/power.h"
#include "report/report_parts.h"

bool rs_report_compare(const rs_report *report, size_t first, size_t second, rs_report_pair *pair)
{
    const uint64_t *a = report->model[first].real_right;
    const uint64_t *b = report->model[second].real_right;
    const uint64_t total = report->stats->evaluated;
    const size_t words = rs_bit_words(rs_labels_get_view(report->labels)->rows);
    *pair = (rs_report_pair){0};
    if (a == NULL || b == NULL || total == 0) {
        return false;
    }
    for (size_t i = 0; i < words; ++i) {
        pair->first_alone += rs_bit_count(a[i] & ~b[i]);
        pair->second_alone += rs_bit_count(b[i] & ~a[i]);
    }
    pair->difference = ((double)pair->first_alone - (double)pair->second_alone) / (double)total;
    pair->detectable = rs_detectable_difference(pair->first_alone + pair->second_alone, total);
    pair->interval = rs_tango_interval(pair->first_alone, pair->second_alone, total);
    return true;
}

/* How small a difference between neighbours these images could show. */
void rs_report_power(rs_text *page, const rs_report *report)
{
    double low = INFINITY;
    double high = 0.0;
    for (size_t i = 0; i + 1 < report->count; ++i) {
        rs_report_pair pair;
        if (rs_report_compare(report, i, i + 1, &pair)) {
            low = pair.detectable > 0.0 ? fmin(low, pair.detectable) : low;
            high = fmax(high, pair.detectable);
        }
    }
    if (high > 0.0) {
        rs_text_printf(
            page,
            "<p class=\"quiet\">Between neighbours as alike as these a difference of "
            "%.2f to %.2f points, by pair, would show at 5&#160;%% in 80&#160;%% of draws of "
            "as many images; that a smaller one does not says little.</p>\n",
            100.0 * low, 100.0 * high);
    }
}
