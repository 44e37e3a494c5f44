/* report_reliability.c - confidence less accuracy, bin by bin: above zero a model is surer than it
 * is right. Accuracy over confidence puts every model on the diagonal; what is left shows.
 */
#include <math.h>

#include "analyse/proportion.h"
#include "report/report_parts.h"
#include "report/wording.h"

/* More lines would hide each other. */
enum { DRAWN_MODELS = 3 };

static rs_proportion accuracy_of(const rs_reliability_bin *bin)
{
    return rs_proportion_of((uint64_t)llround(bin->accuracy * (double)bin->rows), bin->rows);
}

static double gap_of(const rs_reliability_bin *bin)
{
    return 100.0 * (bin->confidence - bin->accuracy);
}

static double error_of(const rs_report *report, size_t index)
{
    const rs_calibration *const found = &report->model[index].record.calibration;
    return found->measured && found->has_real_ece ? found->real_ece : -1.0;
}

/* The best and the middle one by ReaL of those with bins, and the one with the largest error. */
static size_t choose_drawn(const rs_report *report, size_t chosen[DRAWN_MODELS])
{
    size_t with = 0;
    size_t found = 0;
    size_t worst = report->count;
    for (size_t i = 0; i < report->count; ++i) {
        if (report->model[i].has_bins) {
            ++with;
            worst = worst == report->count || error_of(report, i) > error_of(report, worst) ? i
                                                                                            : worst;
        }
    }
    for (size_t i = 0, place = 0; i < report->count; ++i) {
        if (report->model[i].has_bins) {
            if (place == 0 || place == with / 2 || i == worst) {
                chosen[found++] = i;
            }
            ++place;
        }
    }
    return found;
}

static rs_plot make_plot(const rs_report *report, const size_t *chosen, size_t count)
{
    rs_plot_span y = {0, 0};
    for (size_t i = 0; i < count; ++i) {
        for (size_t b = 0; b < RS_CALIBRATION_BINS; ++b) {
            const rs_reliability_bin *const bin = &report->model[chosen[i]].bin[b];
            if (bin->rows > 0) {
                y.low = fmin(y.low, gap_of(bin));
                y.high = fmax(y.high, gap_of(bin));
            }
        }
    }
    return rs_report_plot((rs_plot_span){0, 100}, rs_plot_widen(y, 0.1, 4, -100, 100));
}

static double within(const rs_plot *plot, double y)
{
    return rs_plot_y(plot, fmax(plot->y_low, fmin(plot->y_high, y)));
}

/* All is by ReaL, so what tells the models apart is no colour. */
typedef struct look {
    rs_shape shape;
    bool hollow;
    const char *dash;
} look;

static void add_bin(rs_text *page, const rs_plot *plot, const rs_report_model *model,
                    const rs_reliability_bin *bin, look how)
{
    const rs_proportion right = accuracy_of(bin);
    const double x = rs_plot_x(plot, 100.0 * bin->confidence);
    rs_html_whisker(page, rs_ink_real, x, within(plot, 100.0 * (bin->confidence - right.high)),
                    within(plot, 100.0 * (bin->confidence - right.low)));
    rs_html_mark(page, how.shape, how.hollow, rs_ink_real, x, rs_plot_y(plot, gap_of(bin)),
                 3.8);
    rs_markup_text(page, model->record.model);
    rs_text_printf(page, ": confidence %.1f %%, right by ReaL %.1f %% of ",
                   100.0 * bin->confidence, 100.0 * bin->accuracy);
    rs_html_count(page, bin->rows);
    rs_text_printf(page, " image%s", rs_plural(bin->rows));
    rs_html_mark_end(page);
}

static void add_model(rs_text *page, const rs_report *report, size_t index, const rs_plot *plot,
                      look how)
{
    const rs_report_model *const model = &report->model[index];
    const rs_reliability_bin *before = NULL;
    rs_report_model_begin(page, index);
    for (size_t b = 0; b < RS_CALIBRATION_BINS; ++b) {
        const rs_reliability_bin *const bin = &model->bin[b];
        if (bin->rows == 0) {
            continue;
        }
        if (before != NULL) {
            rs_plot_line((rs_pen){rs_ink_real, 1.4, how.dash},
                         rs_plot_x(plot, 100.0 * before->confidence),
                         rs_plot_y(plot, gap_of(before)), rs_plot_x(plot, 100.0 * bin->confidence),
                         rs_plot_y(plot, gap_of(bin)), page);
        }
        add_bin(page, plot, model, bin, how);
        before = bin;
    }
    rs_report_model_end(page);
}

void rs_report_reliability(rs_text *page, const rs_report *report)
{
    static const look looks[DRAWN_MODELS] = {{RS_SHAPE_CIRCLE, false, NULL},
                                             {RS_SHAPE_SQUARE, true, "7 4"},
                                             {RS_SHAPE_TRIANGLE, false, "2 3"}};
    size_t chosen[DRAWN_MODELS];
    const size_t count = choose_drawn(report, chosen);
    if (count == 0) {
        return;
    }
    const rs_plot plot = make_plot(report, chosen, count);
    rs_html_figure(page, "Confidence less accuracy against confidence, in fifteen bins",
                   RS_FIGURE_WIDTH, RS_FIGURE_HEIGHT);
    rs_report_frame(page, &plot, "confidence of the first prediction, %",
                    "surer than right by ReaL, points");
    rs_plot_line((rs_pen){rs_ink_strong, 1, "1 4"}, plot.left, rs_plot_y(&plot, 0),
                 plot.left + plot.width, rs_plot_y(&plot, 0), page);
    for (size_t i = 0; i < count; ++i) {
        add_model(page, report, chosen[i], &plot, looks[i]);
    }
    rs_html_figure_drawn(page);
    rs_html_legend(page);
    for (size_t i = 0; i < count; ++i) {
        rs_html_legend_name(page, looks[i].shape, looks[i].hollow, rs_ink_real,
                            report->model[chosen[i]].record.model);
    }
    rs_html_legend_line(page, rs_ink_strong, "1 4", "as often right as sure");
    rs_html_legend_end(page);
    rs_text_printf(page, "<figcaption>The best and the middle model by ReaL, and the one with the "
                         "largest calibration error; whiskers are the 95&#160;%% intervals of the "
                         "accuracies.</figcaption>\n");
    rs_html_figure_end(page);
}
