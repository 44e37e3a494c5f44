/* report_oracle.c - Figure 6 and Table 1: classes in which no unbiased model can do well.
 *
 * Where images carry several valid labels, who picks one of them at random (the oracle) agrees with
 * the original label only so often. A model above it knows more than which labels are valid;
 * mistakes hide that in models below, whose choices report_choice.c tells of. That some classes are
 * above says little: an oracle is above its own expectation in many.
 */
#include <math.h>
#include <string.h>

#include "report/point_names.h"
#include "report/report_parts.h"
#include "report/wording.h"

enum { TOP_CLASSES = 12, NAMED_CLASSES = 8 };

static double share(uint64_t correct, uint64_t rows)
{
    return rows == 0 ? 0.0 : 100.0 * (double)correct / (double)rows;
}

static const char *title_of(const rs_report *report, const rs_class_row *row)
{
    return rs_class_title(report->titles, row->class_index);
}

/* ---- Figure 6 ---- */

/* Of so many classes one every few units; a class stands in the middle of its column. */
static rs_plot make_plot(const rs_report *report)
{
    return rs_report_plot((rs_plot_span){0, (double)report->classes.count}, (rs_plot_span){0, 100});
}

static double x_of(const rs_plot *plot, size_t place)
{
    return rs_plot_x(plot, (double)place + 0.5);
}

/* Twice the oracle's standard deviation to either side, as steps. */
static void add_band(rs_text *page, const rs_report *report, const rs_plot *plot)
{
    const rs_class_summary *classes = &report->classes;
    rs_text_printf(page, "<path class=\"band\" fill=\"#e6e6e6\" d=\"M");
    for (size_t i = 0; i < classes->count; ++i) {
        const rs_class_row *row = &classes->row[i];
        const double high = fmin(100.0, 100.0 * (row->oracle + 2.0 * row->spread));
        rs_text_printf(page, "%.1f %.1fH%.1f%s", rs_plot_x(plot, (double)i), rs_plot_y(plot, high),
                       rs_plot_x(plot, (double)(i + 1)), i + 1 < classes->count ? "L" : "");
    }
    for (size_t i = classes->count; i-- > 0;) {
        const rs_class_row *row = &classes->row[i];
        const double low = fmax(0.0, 100.0 * (row->oracle - 2.0 * row->spread));
        rs_text_printf(page, "L%.1f %.1fH%.1f", rs_plot_x(plot, (double)(i + 1)),
                       rs_plot_y(plot, low), rs_plot_x(plot, (double)i));
    }
    rs_text_printf(page, "z\"/>\n");
}

static void add_oracle_line(rs_text *page, const rs_report *report, const rs_plot *plot)
{
    const rs_class_summary *classes = &report->classes;
    rs_text_printf(page, "<path class=\"line strong\" stroke=\"#111111\" stroke-width=\"2\" "
                         "fill=\"none\" d=\"");
    for (size_t i = 0; i < classes->count; ++i) {
        rs_text_printf(page, "%s%.1f %.1f", i == 0 ? "M" : "L", x_of(plot, i),
                       rs_plot_y(plot, 100.0 * classes->row[i].oracle));
    }
    rs_text_printf(page, "\"/>\n");
}

static void add_class(rs_text *page, const rs_report *report, const rs_plot *plot, size_t place)
{
    const rs_class_row *row = &report->classes.row[place];
    const double accuracy = share(row->shown.correct, row->rows);
    const double y = rs_plot_y(plot, accuracy);
    if (row->shown.significant) {
        rs_html_mark(page, RS_SHAPE_DIAMOND, false, rs_ink_imagenet, x_of(plot, place), y, 4.4);
    } else if (row->shown.above) {
        rs_html_mark(page, RS_SHAPE_CIRCLE, false, rs_ink_real, x_of(plot, place), y, 2.9);
    } else {
        rs_html_mark(page, RS_SHAPE_CIRCLE, false, rs_ink_quiet, x_of(plot, place), y, 2.3);
    }
    rs_markup_text(page, title_of(report, row));
    rs_text_printf(page, ": model %.1f %%, oracle %.1f %%, %llu image%s", accuracy,
                   100.0 * row->oracle, (unsigned long long)row->rows, rs_plural(row->rows));
    rs_html_mark_end(page);
}

static void add_class_names(rs_text *page, const rs_report *report, const rs_plot *plot)
{
    const rs_class_summary *classes = &report->classes;
    rs_point_names names;
    rs_point_names_init(&names, plot);
    for (size_t i = 0; i < classes->count; ++i) {
        const rs_class_row *row = &classes->row[i];
        rs_point_names_avoid(&names, x_of(plot, i),
                             rs_plot_y(plot, share(row->shown.correct, row->rows)), 3.5);
    }
    size_t named = 0;
    for (size_t i = 0; i < classes->count && named < NAMED_CLASSES; ++i) {
        const rs_class_row *row = &classes->row[i];
        if (row->shown.above && row->shown.p < 0.01) {
            rs_point_names_add(&names, page, x_of(plot, i),
                               rs_plot_y(plot, share(row->shown.correct, row->rows)),
                               title_of(report, row));
            ++named;
        }
    }
}

static void add_drawing(rs_text *page, const rs_report *report)
{
    const rs_plot plot = make_plot(report);
    const rs_class_summary *classes = &report->classes;
    rs_html_figure(page, "Accuracy by the original labels in each class, model and oracle",
                   RS_FIGURE_WIDTH, RS_FIGURE_HEIGHT);
    add_band(page, report, &plot);
    rs_report_frame(page, &plot, "classes, the one with the lowest oracle first", "accuracy, %");
    add_oracle_line(page, report, &plot);
    for (int above = 0; above < 2; ++above) { /* those above lie on top */
        for (size_t i = 0; i < classes->count; ++i) {
            if (classes->row[i].shown.above == (above == 1)) {
                add_class(page, report, &plot, i);
            }
        }
    }
    add_class_names(page, report, &plot);
    rs_html_figure_drawn(page);
    rs_html_legend(page);
    rs_html_legend_line(page, rs_ink_strong, NULL, "the oracle's expected accuracy");
    rs_html_legend_key(page, "band", "twice its standard deviation to either side");
    rs_html_legend_mark(page, RS_SHAPE_CIRCLE, false, rs_ink_quiet, "the model, below the oracle");
    rs_html_legend_mark(page, RS_SHAPE_CIRCLE, false, rs_ink_real, "above it");
    rs_html_legend_mark(page, RS_SHAPE_DIAMOND, false, rs_ink_imagenet,
                        "above it and not by chance (Holm, 5 %)");
    rs_html_legend_end(page);
    rs_text_printf(page, "<figcaption>The model is ");
    rs_markup_name(page, report->model[classes->shown].record.model);
    rs_text_printf(page,
                   ", the best by ReaL of those whose counts by class are there.</figcaption>\n");
    rs_html_figure_end(page);
}

/* ---- Table 1 ---- */

static void add_top_row(rs_text *page, const rs_report *report, const rs_class_row *row)
{
    const double best = share(row->best.correct, row->rows);
    rs_text_printf(page, "<tr><th scope=\"row\">");
    rs_markup_text(page, title_of(report, row));
    rs_text_printf(page,
                   "</th><td class=\"number\">%llu</td><td class=\"number\">%.1f "
                   "<small>&#177;&#8201;%.1f</small></td><td class=\"number\"><b>%.1f</b></td>"
                   "<td class=\"name\">",
                   (unsigned long long)row->rows, 100.0 * row->oracle, 100.0 * row->spread, best);
    rs_markup_name(page, report->model[row->best.model].record.model);
    rs_text_printf(page, "</td><td class=\"number\">%+.1f</td><td class=\"number\">%.1f</td>",
                   best - 100.0 * row->oracle, 100.0 * row->sum / (double)report->classes.models);
    rs_text_printf(page, "<td class=\"number\">%u <small>of %zu</small></td><td class=\"number\">",
                   row->above, report->classes.models);
    rs_html_probability(page, log(row->best_p));
    rs_text_printf(page, "%s</td></tr>\n", row->best_significant ? "&#8201;*" : "");
}

static void add_table(rs_text *page, const rs_report *report)
{
    size_t place[TOP_CLASSES];
    const size_t count = rs_class_summary_top(&report->classes, TOP_CLASSES, place);
    rs_text_printf(page, "<h3>Where models beat the oracle most</h3>\n");
    if (count == 0) {
        rs_text_printf(page, "<p>No model is above the oracle in any of these classes.</p>\n");
        return;
    }
    rs_text_printf(page, "<div class=\"scroll\"><table>\n<thead><tr><th>class</th>"
                         "<th class=\"number\">images</th><th class=\"number\">oracle, %%</th>"
                         "<th class=\"number\">best model, %%</th><th>which</th>"
                         "<th class=\"number\">gap</th><th class=\"number\">mean of models</th>"
                         "<th class=\"number\">models above</th>"
                         "<th class=\"number\">best oracle as good</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < count; ++i) {
        add_top_row(page, report, &report->classes.row[place[i]]);
    }
    rs_text_printf(
        page,
        "</tbody></table></div>\n"
        "<p class=\"quiet\">&#177; is the standard deviation of an unbiased oracle. "
        "The model is the best of %zu in its class, so the last column is the probability "
        "that the best of as many oracles does at least as well (at most); * where that "
        "holds up among all %zu classes (Holm, 5&#160;%%).</p>\n",
        report->classes.models, report->classes.count);
}

/* ---- the section ---- */

static void add_reading(rs_text *page, const rs_report *report)
{
    const rs_report_model *const shown = &report->model[report->classes.shown];
    const rs_oracle *const oracle = &shown->record.oracle;
    const bool hidden = shown->imagenet != NULL && rs_mistakes_hide_oracle(shown->imagenet->value);
    rs_text_printf(
        page,
        "<p>Some images have several valid labels, of which the original labels name one. "
        "An <i>oracle</i> that knows the valid ones but not which was chosen can agree with "
        "the original label only so often: in %zu %sclasses less than %.0f&#160;%% of the "
        "time. %s</p>\n",
        report->classes.count, report->animals_excluded ? "non-animal " : "",
        100.0 * report->oracle_cut, hidden ? rs_oracle_hidden : rs_oracle_reading);
    if (oracle->reason == NULL) {
        rs_text_printf(page, "<p>");
        rs_markup_name(page, report->model[report->classes.shown].record.model);
        rs_text_printf(page,
                       " is above the oracle in <b>%u</b> of %u classes; in %u of them it cannot "
                       "be luck (Holm, 5&#160;%%). An unbiased oracle, which makes no mistakes, "
                       "would be above its own expectation in <b>%.1f</b>.</p>\n",
                       oracle->classes_model_above, oracle->classes_below_cut,
                       oracle->classes_significant, oracle->classes_expected_above);
    }
}

void rs_report_oracle(rs_text *page, const rs_report *report)
{
    rs_html_section_begin(page, "oracle");
    if (report->classes.count == 0) {
        rs_text_printf(page, "Classes with several valid labels");
    } else {
        rs_text_printf(page, "In %zu classes who knows all valid labels agrees with the original "
                             "one less than %.0f&#160;%% of the time",
                       report->classes.count, 100.0 * report->oracle_cut);
    }
    rs_html_section_titled(page);
    if (!report->classes.has_shown || report->classes.count == 0) {
        rs_text_printf(page, "<p>%s</p>\n",
                       report->classes.models == 0
                           ? "The models' counts by class are not in the folder: "
                             "<code>reassess sweep</code> writes them."
                           : "No class has an oracle below the cut.");
    } else {
        add_reading(page, report);
        add_drawing(page, report);
        add_table(page, report);
    }
    rs_html_section_end(page);
}
