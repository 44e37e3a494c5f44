/* report_class_dots.c - the classes in which models are furthest above the oracle: by name, a line
 * each, with what an unbiased oracle does by luck; and Table 1, the models in columns.
 */
#include <math.h>
#include <string.h>

#include "report/report_parts.h"
#include "report/wording.h"

enum { DOT_CLASSES = 25, TABLE_CLASSES = 12, TABLE_MODELS = 6 };

static const char *title_of(const rs_report *report, const rs_class_row *row)
{
    return rs_class_title(report->titles, row->class_index);
}

/* ---- a line a class ---- */

enum { DOT_LEFT = 226, DOT_TOP = 8, DOT_LINE = 25, DOT_BOTTOM = 60, DOT_NAME = 22 };

static rs_plot make_plot(size_t lines)
{
    return (rs_plot){
        DOT_LEFT, DOT_TOP, RS_FIGURE_WIDTH - DOT_LEFT - 24, (double)(lines * DOT_LINE), 0, 100, 0,
        1};
}

/* Twice the oracle's standard deviation to either side, and its expectation in it. */
static void add_oracle(rs_text *page, const rs_plot *plot, const rs_class_row *row, double y)
{
    const double low = rs_plot_x(plot, fmax(0.0, 100.0 * (row->oracle - 2.0 * row->spread)));
    const double high = rs_plot_x(plot, fmin(100.0, 100.0 * (row->oracle + 2.0 * row->spread)));
    const double at = rs_plot_x(plot, 100.0 * row->oracle);
    rs_text_printf(page,
                   "<path class=\"band\" fill=\"#e6e6e6\" d=\"M%.1f %.1fH%.1fv12H%.1fz\"/>\n", low,
                   y - 6, high, low);
    rs_plot_line((rs_pen){rs_ink_strong, 2.4, NULL}, at, y - 6, at, y + 6, page);
}

static void add_class(rs_text *page, const rs_report *report, const rs_plot *plot, size_t place,
                      double y)
{
    const rs_class_row *const row = &report->classes.row[place];
    const char *const title = title_of(report, row);
    rs_text_printf(page, "<text class=\"name\" x=\"%d\" y=\"%.1f\" dy=\".35em\" "
                         "text-anchor=\"end\"><title>",
                   DOT_LEFT - 10, y);
    rs_markup_text(page, title);
    rs_text_printf(page, "</title>");
    rs_markup_middle(page, title, DOT_NAME);
    rs_text_printf(page, "</text>\n");
    add_oracle(page, plot, row, y);
    const double best = rs_percent(row->best.correct, row->rows);
    rs_report_model_begin(page, row->best.model);
    rs_html_mark(page, RS_SHAPE_DIAMOND, !row->best_significant, rs_ink_imagenet,
                 rs_plot_x(plot, best), y, 4.4);
    rs_markup_text(page, title);
    rs_text_printf(page, ": ");
    rs_markup_text(page, report->model[row->best.model].record.model);
    rs_text_printf(page, " %.1f %%, oracle %.1f %%, %llu image%s", best, 100.0 * row->oracle,
                   (unsigned long long)row->rows, rs_plural(row->rows));
    rs_html_mark_end(page);
    rs_report_model_end(page);
    rs_html_mark(page, RS_SHAPE_CIRCLE, false, rs_ink_imagenet,
                 rs_plot_x(plot, rs_percent(row->shown.correct, row->rows)), y, 3.4);
    rs_markup_text(page, title);
    rs_text_printf(page, ": model %.1f %%, oracle %.1f %%",
                   rs_percent(row->shown.correct, row->rows), 100.0 * row->oracle);
    rs_html_mark_end(page);
}

static void add_lines(rs_text *page, const rs_report *report, const size_t *place, size_t count)
{
    const rs_plot plot = make_plot(count);
    const rs_ticks x = rs_ticks_make(0, 100, 5);
    rs_html_figure(page, "The classes in which models are furthest above the oracle",
                   RS_FIGURE_WIDTH, (int)(DOT_TOP + count * DOT_LINE + DOT_BOTTOM));
    rs_plot_grid(&plot, &x, NULL, page);
    rs_plot_axes(&plot, page);
    rs_plot_titles(&plot, "accuracy by the original labels, %", "", page);
    for (size_t i = 0; i < count; ++i) {
        add_class(page, report, &plot, place[i],
                  (double)DOT_TOP + (double)DOT_LINE * ((double)i + 0.5));
    }
    rs_html_figure_drawn(page);
}

void rs_report_class_dots(rs_text *page, const rs_report *report)
{
    size_t place[DOT_CLASSES];
    const size_t count = rs_class_summary_top(&report->classes, DOT_CLASSES, place);
    if (count == 0) {
        return;
    }
    rs_text_printf(page, "<h3>Where models beat the oracle most</h3>\n");
    add_lines(page, report, place, count);
    rs_html_legend(page);
    rs_html_legend_line(page, rs_ink_strong, NULL, "the oracle's expected accuracy");
    rs_html_legend_key(page, "band", "twice its standard deviation to either side");
    rs_html_legend_mark(page, RS_SHAPE_CIRCLE, false, rs_ink_imagenet, "the model");
    rs_html_legend_mark(page, RS_SHAPE_DIAMOND, true, rs_ink_imagenet, "the best of all models");
    rs_html_legend_mark(page, RS_SHAPE_DIAMOND, false, rs_ink_imagenet,
                        "and not by chance (Holm, 5 %)");
    rs_html_legend_end(page);
    rs_text_printf(page, "<figcaption>The model is ");
    rs_markup_name(page, report->model[report->classes.shown].record.model);
    rs_text_printf(page,
                   ", the best by ReaL of those whose counts by class are there.</figcaption>\n");
    rs_html_figure_end(page);
}

/* ---- Table 1 ---- */

/* The article's example, where these are its classes. */
static size_t find_example(const rs_report *report)
{
    static const char desktop_computer[] = "n03180011";
    for (size_t i = 0; i < report->classes.count; ++i) {
        const char *const synset =
            rs_labels_synset(report->labels, report->classes.row[i].class_index);
        if (synset != NULL && strcmp(synset, desktop_computer) == 0) {
            return i;
        }
    }
    return report->classes.count;
}

/* The best models by ReaL of those that have them. */
static size_t choose_models(const rs_report *report, size_t chosen[TABLE_MODELS])
{
    size_t count = 0;
    for (size_t i = 0; i < report->count && count < TABLE_MODELS; ++i) {
        if (report->model[i].class_correct != NULL) {
            chosen[count++] = i;
        }
    }
    return count;
}

static void add_row(rs_text *page, const rs_report *report, size_t place, const size_t *model,
                    size_t models)
{
    const rs_class_row *const row = &report->classes.row[place];
    rs_text_printf(page, "<tr><th scope=\"row\">");
    rs_markup_text(page, title_of(report, row));
    rs_text_printf(page, "</th><td class=\"number\"><b>%.1f</b></td>", 100.0 * row->oracle);
    for (size_t m = 0; m < models; ++m) {
        rs_text_printf(page, "<td class=\"number\">%.1f</td>",
                       rs_percent(report->model[model[m]].class_correct[place], row->rows));
    }
    rs_text_printf(page, "</tr>\n");
}

void rs_report_class_table(rs_text *page, const rs_report *report)
{
    size_t place[TABLE_CLASSES + 1];
    size_t model[TABLE_MODELS];
    size_t count = rs_class_summary_top(&report->classes, TABLE_CLASSES, place);
    const size_t models = choose_models(report, model);
    const size_t example = find_example(report);
    size_t known = 0;
    while (known < count && place[known] != example) {
        ++known;
    }
    if (known == count && example < report->classes.count) {
        place[count++] = example;
    }
    if (count == 0) {
        return;
    }
    rs_text_printf(page, "<h3>By class and model</h3>\n<div class=\"scroll\"><table>\n<thead><tr>"
                         "<th>class</th><th class=\"number\">oracle, %%</th>");
    for (size_t m = 0; m < models; ++m) {
        rs_text_printf(page, "<th class=\"number\" data-m=\"%zu\">", model[m]);
        rs_markup_name(page, report->model[model[m]].record.model);
        rs_text_printf(page, ", %%</th>");
    }
    rs_text_printf(page, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < count; ++i) {
        add_row(page, report, place[i], model, models);
    }
    rs_text_printf(page, "</tbody></table></div>\n<p class=\"quiet\">Accuracy by the original "
                         "labels, over the oracle's images, of the best models by ReaL.</p>\n");
}
