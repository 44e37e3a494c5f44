/* report_choice.c - which of several valid labels do the models say?
 *
 * The question behind Figure 6, of rows where the model is right by ReaL: so mistakes, which decide
 * the comparison with the oracle, have no part in the answer.
 */
#include <math.h>
#include <stdlib.h>

#include "report/report_parts.h"
#include "report/wording.h"

static bool has_choice(const rs_record *record)
{
    return record->choice.measured && record->choice.reason == NULL;
}

static void add_row(rs_text *page, const rs_report *report, size_t index)
{
    const rs_label_choice *const choice = &report->model[index].record.choice;
    rs_report_row(page, report, index);
    rs_text_printf(page, "<td class=\"number\">");
    rs_html_count(page, choice->rows);
    rs_text_printf(page,
                   "</td><td class=\"number\"><b>%.2f</b> <small>%.2f to %.2f</small></td>"
                   "<td class=\"number\">%.2f</td><td class=\"number\">%.1f</td>"
                   "<td class=\"number\">",
                   100.0 * choice->original.value, 100.0 * choice->original.ci95_low,
                   100.0 * choice->original.ci95_high, 100.0 * choice->expected, choice->z);
    rs_html_probability(page, log(choice->p));
    rs_text_printf(page,
                   "%s</td><td class=\"number\">%u <small>of %u, by chance %.1f</small></td>"
                   "<td class=\"number\">%u</td></tr>\n",
                   rs_choice_is_shown(choice) ? "&#8201;*" : "", choice->classes_above,
                   choice->classes, choice->classes_expected_above, choice->classes_significant);
}

/* Returns how many models it left out. */
static size_t add_rows(rs_text *page, const rs_report *report)
{
    size_t rows = 0;
    for (size_t i = 0; i < report->count; ++i) {
        if (has_choice(&report->model[i].record) && rows++ < RS_REPORT_ROWS) {
            add_row(page, report, i);
        }
    }
    return rows > RS_REPORT_ROWS ? rows - RS_REPORT_ROWS : 0;
}

static void add_table(rs_text *page, const rs_report *report)
{
    rs_html_table(page, NULL,
                  "model|#images|#original label, %|#by chance, %|#z|#chance as high|"
                  "#more often in classes|#significant");
    const size_t left_out = add_rows(page, report);
    rs_html_table_end(page);
    rs_text_printf(page,
                   "<p class=\"quiet\">Behind the share its 95&#160;%% "
                   "interval. * the model %s: drawing would say it as often in at most "
                   "2.5&#160;%% of draws. Classes are those with a low oracle; significant by Holm "
                   "over them, 5&#160;%%.",
                   rs_choice_shown_words);
    if (left_out > 0) {
        rs_text_printf(page, " %zu more models are in the merged CSV.", left_out);
    }
    rs_text_printf(page, "</p>\n");
}

/* ---- the drawing ---- */

static rs_plot make_plot(const rs_report *report)
{
    rs_plot_span x = {100, 0};
    rs_plot_span y = {100, 0};
    for (size_t i = 0; i < report->count; ++i) {
        const rs_report_model *const model = &report->model[i];
        if (has_choice(&model->record) && model->imagenet != NULL) {
            const rs_label_choice *const choice = &model->record.choice;
            x.low = fmin(x.low, 100.0 * model->imagenet->value);
            x.high = fmax(x.high, 100.0 * model->imagenet->value);
            y.low = fmin(y.low, 100.0 * fmin(choice->expected, choice->original.ci95_low));
            y.high = fmax(y.high, 100.0 * fmax(choice->expected, choice->original.ci95_high));
        }
    }
    if (x.low > x.high) {
        x = (rs_plot_span){0, 100};
        y = x;
    }
    return rs_report_plot(rs_plot_widen(x, 0.05, 1, 0, 100), rs_plot_widen(y, 0.08, 2, 0, 100));
}

static void add_point(rs_text *page, const rs_report *report, size_t index, const rs_plot *plot)
{
    const rs_report_model *const model = &report->model[index];
    const rs_label_choice *const choice = &model->record.choice;
    const double x = rs_plot_x(plot, 100.0 * model->imagenet->value);
    rs_report_model_begin(page, index);
    rs_html_mark(page, RS_SHAPE_SQUARE, true, rs_ink_quiet, x,
                 rs_plot_y(plot, 100.0 * choice->expected), 3.4);
    rs_markup_text(page, model->record.model);
    rs_text_printf(page, ": %.2f %% by chance", 100.0 * choice->expected);
    rs_html_mark_end(page);
    rs_html_whisker(page, rs_ink_imagenet, x, rs_plot_y(plot, 100.0 * choice->original.ci95_low),
                    rs_plot_y(plot, 100.0 * choice->original.ci95_high));
    rs_html_mark(page, RS_SHAPE_CIRCLE, false, rs_ink_imagenet, x,
                 rs_plot_y(plot, 100.0 * choice->original.value), 4.2);
    rs_markup_text(page, model->record.model);
    rs_text_printf(page, ": the original label %.2f %%, by chance %.2f %%",
                   100.0 * choice->original.value, 100.0 * choice->expected);
    rs_html_mark_end(page);
    rs_report_model_end(page);
}

static void add_drawing(rs_text *page, const rs_report *report, rs_report_point *points)
{
    const rs_plot plot = make_plot(report);
    size_t count = 0;
    rs_html_figure(page, "How often models say the original of several valid labels",
                   RS_FIGURE_WIDTH, RS_FIGURE_HEIGHT);
    rs_report_frame(page, &plot, "ImageNet accuracy, top-1, %", "says the original label, %");
    for (size_t i = 0; i < report->count; ++i) {
        const rs_report_model *const model = &report->model[i];
        if (has_choice(&model->record) && model->imagenet != NULL) {
            const rs_metric *const share = &model->record.choice.original;
            points[count++] = (rs_report_point){
                100.0 * model->imagenet->value, 100.0 * share->value, model->record.model,
                100.0 * share->ci95_low, 100.0 * share->ci95_high};
            add_point(page, report, i, &plot);
        }
    }
    rs_report_names(page, &plot, points, count);
    rs_html_figure_drawn(page);
    rs_html_legend(page);
    rs_html_legend_mark(page, RS_SHAPE_CIRCLE, false, rs_ink_imagenet,
                        "the model, with its 95&#160;% interval");
    rs_html_legend_mark(page, RS_SHAPE_SQUARE, true, rs_ink_quiet,
                        "who draws among the valid labels of the same images");
    rs_html_legend_end(page);
    rs_html_figure_end(page);
}

void rs_report_choice(rs_text *page, const rs_report *report)
{
    size_t shown = 0;
    size_t models = 0;
    for (size_t i = 0; i < report->count; ++i) {
        if (has_choice(&report->model[i].record)) {
            ++models;
            shown += rs_choice_is_shown(&report->model[i].record.choice);
        }
    }
    rs_html_section_begin(page, "choice");
    if (models == 0) {
        rs_text_printf(page, "Which of several valid labels?");
    } else {
        rs_text_printf(page, "Of several valid labels %zu of %zu model%s the original one more "
                             "often than chance",
                       shown, models, models == 1 ? " says" : "s say");
    }
    rs_html_section_titled(page);
    if (models == 0) {
        rs_text_printf(page, "<p>No record has numbers on the choice among valid labels: "
                             "<code>reassess sweep</code> counts it.</p>\n");
    } else {
        rs_text_printf(page,
                       "<p>Where an image has several valid labels, the original one among them, "
                       "and the model says one of these, does it say the original one more often "
                       "than who draws among them? <b>%zu</b> of %zu model%s %s so. %s</p>\n",
                       shown, models, rs_plural(models), models == 1 ? "does" : "do",
                       rs_choice_reading);
        rs_report_point *points = NULL;
        if (RS_TEXT_NEW(page, &points, report->count, "the points of a drawing")) {
            add_drawing(page, report, points);
        }
        free(points);
        add_table(page, report);
    }
    rs_html_section_end(page);
}
