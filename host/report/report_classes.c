/* report_classes.c - Figure 6: a line a model over the classes in which the oracle is low, and the
 * oracle's own in black; every line goes through its classes by its own accuracy, so that what
 * counts is how many are how low, not which.
 */
#include <stdlib.h>

#include "base/compare.h"
#include "report/report_parts.h"

/* `share` [classes.count] in percent, sorted here. */
static double add_curve(rs_text *page, const rs_plot *plot, double *share, size_t count, rs_ink ink,
                        double width)
{
    double sum = 0.0;
    qsort(share, count, sizeof *share, rs_ascending_f64);
    rs_text_printf(page,
                   "<path class=\"line %s\" stroke=\"%s\" stroke-width=\"%.1f\" fill=\"none\" "
                   "d=\"",
                   ink.name, ink.colour, width);
    for (size_t i = 0; i < count; ++i) {
        sum += share[i];
        rs_text_printf(page, "%s%.0f %.0f", i == 0 ? "M" : "L", rs_plot_x(plot, (double)i + 0.5),
                       rs_plot_y(plot, share[i]));
    }
    rs_text_printf(page, "\"><title>");
    return sum / (double)count;
}

static void add_model(rs_text *page, const rs_report *report, size_t index, const rs_plot *plot,
                      double *share)
{
    const rs_class_summary *const classes = &report->classes;
    for (size_t i = 0; i < classes->count; ++i) {
        share[i] = 100.0 * (double)report->model[index].class_correct[i] /
                   (double)classes->row[i].rows;
    }
    rs_report_model_begin(page, index);
    const double mean = add_curve(page, plot, share, classes->count, rs_ink_imagenet, 1);
    rs_markup_text(page, report->model[index].record.model);
    rs_text_printf(page, ": %.1f %% in the mean of these classes</title></path>\n", mean);
    rs_report_model_end(page);
}

static void add_oracle(rs_text *page, const rs_report *report, const rs_plot *plot, double *share)
{
    const rs_class_summary *const classes = &report->classes;
    for (size_t i = 0; i < classes->count; ++i) {
        share[i] = 100.0 * classes->row[i].oracle;
    }
    const double mean = add_curve(page, plot, share, classes->count, rs_ink_strong, 2.6);
    rs_text_printf(page, "the oracle: %.1f %% in the mean of these classes</title></path>\n", mean);
}

static void add_drawing(rs_text *page, const rs_report *report, double *share)
{
    const rs_plot plot =
        rs_report_plot((rs_plot_span){0, (double)report->classes.count}, (rs_plot_span){0, 100});
    size_t drawn = 0;
    rs_html_figure(page, "Accuracy by the original labels over classes, a line a model, and the "
                         "oracle",
                   RS_FIGURE_WIDTH, RS_FIGURE_HEIGHT);
    rs_report_frame(page, &plot, "classes, the lowest accuracy of each line first", "accuracy, %");
    for (size_t i = 0; i < report->count && drawn < RS_REPORT_ROWS; ++i) {
        if (report->model[i].class_correct != NULL) {
            add_model(page, report, i, &plot, share);
            ++drawn;
        }
    }
    add_oracle(page, report, &plot, share);
    rs_html_figure_drawn(page);
    rs_html_legend(page);
    rs_html_legend_line(page, rs_ink_strong, NULL, "the oracle's expected accuracy");
    rs_html_legend_line(page, rs_ink_imagenet, NULL, "a model");
    rs_html_legend_end(page);
    if (drawn == RS_REPORT_ROWS) {
        rs_report_best(page);
    }
    rs_html_figure_end(page);
}

void rs_report_classes(rs_text *page, const rs_report *report)
{
    double *share = NULL;
    if (RS_TEXT_NEW(page, &share, report->classes.count, "accuracies of classes")) {
        add_drawing(page, report, share);
    }
    free(share);
}
