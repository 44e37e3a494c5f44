/* report_golden_figure.c - Figure 3, right: precision over recall on pairs that experts settled, of
 * the raters' scores, the original labels, and the experts themselves.
 *
 * Experts are black, as what others are held against is on the whole page, and not the article's
 * orange, which is the original labels' here.
 */
#include <math.h>
#include <stdio.h>

#include "report/report_parts.h"
#include "report/wording.h"

static double precision_of(const rs_curve_mark *mark)
{
    return 100.0 * rs_precision(mark->taken, mark->right);
}

static double recall_of(const rs_curve_mark *mark)
{
    return 100.0 * rs_recall(mark->present, mark->right);
}

/* Where the figure's threshold is on the curve. */
static rs_curve_mark at_threshold(const rs_figure *figure)
{
    const rs_curve *const curve = &figure->curves[0].curve;
    const rs_curve_point at = rs_curve_at(curve, figure->threshold);
    return (rs_curve_mark){curve->judged, curve->present, at.taken, at.right, at.ends};
}

/* Who never says yes has no precision. */
static bool is_shown(const rs_named_mark *named)
{
    return named->mark.taken > 0;
}

static rs_plot make_plot(const rs_figure *figure)
{
    rs_plot_span y = {100, 100};
    for (size_t i = 0; i < figure->mark_count; ++i) {
        if (is_shown(&figure->marks[i])) {
            y.low = fmin(y.low, precision_of(&figure->marks[i].mark));
        }
    }
    for (size_t i = 0; figure->curve_count > 0 && i < figure->curves[0].curve.count; ++i) {
        const rs_curve_point *const point = &figure->curves[0].curve.point[i];
        y.low = fmin(y.low, 100.0 * rs_precision(point->taken, point->right));
    }
    return rs_report_plot((rs_plot_span){0, 100}, rs_plot_widen(y, 0.05, 10, 0, 101));
}

/* Points that would lie on each other are left out. */
static void add_curve(rs_text *page, const rs_plot *plot, const rs_figure *figure)
{
    const rs_curve *const curve = &figure->curves[0].curve;
    double last[2] = {-1, -1};
    rs_text_printf(page, "<path class=\"line %s\" stroke=\"%s\" stroke-width=\"2.4\" fill=\"none\" "
                         "d=\"",
                   rs_ink_real.name, rs_ink_real.colour);
    for (size_t i = 0; i < curve->count; ++i) {
        const rs_curve_point *const point = &curve->point[i];
        const double x = rs_plot_x(plot, 100.0 * rs_recall(curve->present, point->right));
        const double y = rs_plot_y(plot, 100.0 * rs_precision(point->taken, point->right));
        if (i == 0 || i + 1 == curve->count || fabs(x - last[0]) + fabs(y - last[1]) >= 0.5) {
            rs_text_printf(page, "%s%.1f %.1f", i == 0 ? "M" : "L", x, y);
            last[0] = x;
            last[1] = y;
        }
    }
    rs_text_printf(page, "\"><title>raters&#39; scores over all thresholds: average precision "
                         "%.2f %%</title></path>\n",
                   100.0 * curve->average_precision);
}

static void add_numbers(rs_text *page, const rs_curve_mark *mark)
{
    rs_text_printf(page, ": precision %.2f %%, recall %.2f %%", precision_of(mark),
                   recall_of(mark));
}

static void begin_mark(rs_text *page, const rs_plot *plot, const rs_curve_mark *mark,
                       rs_shape shape, bool hollow, rs_ink ink)
{
    rs_html_mark(page, shape, hollow, ink, rs_plot_x(plot, recall_of(mark)),
                 rs_plot_y(plot, precision_of(mark)), 5);
}

static void add_mark(rs_text *page, const rs_plot *plot, const rs_named_mark *named)
{
    const bool labels = named->kind == RS_MARK_LABELS;
    begin_mark(page, plot, &named->mark, labels ? RS_SHAPE_DIAMOND : RS_SHAPE_TRIANGLE,
               named->kind == RS_MARK_EXPERT_OTHERS, labels ? rs_ink_imagenet : rs_ink_strong);
    rs_text_add(page, labels ? "" : "expert ");
    rs_markup_append(page, named->name.text, named->name.length);
    rs_text_add(page, named->kind == RS_MARK_EXPERT_OTHERS ? ", by the others" : "");
    add_numbers(page, &named->mark);
    rs_html_mark_end(page);
}

static bool has(const rs_figure *figure, rs_mark_kind kind)
{
    for (size_t i = 0; i < figure->mark_count; ++i) {
        if (figure->marks[i].kind == kind && is_shown(&figure->marks[i])) {
            return true;
        }
    }
    return false;
}

static void add_legend(rs_text *page, const rs_figure *figure)
{
    rs_html_legend(page);
    if (figure->curve_count > 0) {
        char at[48];
        (void)snprintf(at, sizeof at, "at %.4g", figure->threshold);
        rs_html_legend_line(page, rs_ink_real, NULL, "raters&#39; scores over all thresholds");
        rs_html_legend_mark(page, RS_SHAPE_CIRCLE, true, rs_ink_real, at);
    }
    if (has(figure, RS_MARK_LABELS)) {
        rs_html_legend_mark(page, RS_SHAPE_DIAMOND, false, rs_ink_imagenet, "original labels");
    }
    if (has(figure, RS_MARK_EXPERT_OTHERS)) {
        rs_html_legend_mark(page, RS_SHAPE_TRIANGLE, true, rs_ink_strong,
                            "experts, by the majority of the others");
    }
    if (has(figure, RS_MARK_EXPERT)) {
        rs_html_legend_mark(page, RS_SHAPE_TRIANGLE, false, rs_ink_strong,
                            "experts, by a majority to which each belongs (in-sample)");
    }
    rs_html_legend_end(page);
}

static void add_drawing(rs_text *page, const rs_figure *figure)
{
    const rs_plot plot = make_plot(figure);
    rs_html_figure(page, "Precision over recall on pairs that experts settled", RS_FIGURE_WIDTH,
                   RS_FIGURE_HEIGHT);
    rs_report_frame(page, &plot, "recall, %", "precision, %");
    if (figure->curve_count > 0) {
        const rs_curve_mark at = at_threshold(figure);
        add_curve(page, &plot, figure);
        begin_mark(page, &plot, &at, RS_SHAPE_CIRCLE, true, rs_ink_real);
        rs_text_printf(page, "raters&#39; scores at %.4g", figure->threshold);
        add_numbers(page, &at);
        rs_html_mark_end(page);
    }
    for (size_t i = 0; i < figure->mark_count; ++i) {
        if (is_shown(&figure->marks[i])) {
            add_mark(page, &plot, &figure->marks[i]);
        }
    }
    rs_html_figure_drawn(page);
    add_legend(page, figure);
    rs_html_figure_end(page);
}

/* ---- the numbers ---- */

static void add_share(rs_text *page, double share, rs_interval ends)
{
    rs_text_printf(page, "<td class=\"number\"><b>%.2f</b>", share);
    if (!isnan(ends.low)) {
        rs_text_printf(page, " <small>%.2f&#8211;%.2f</small>", 100.0 * ends.low,
                       100.0 * ends.high);
    }
    rs_text_printf(page, "</td>");
}

static void add_shares(rs_text *page, const rs_curve_mark *mark)
{
    rs_text_add(page, "</th>");
    add_share(page, precision_of(mark), mark->ends.precision);
    add_share(page, recall_of(mark), mark->ends.recall);
    rs_text_add(page, "</tr>\n");
}

static void add_table(rs_text *page, const rs_figure *figure)
{
    rs_html_table(page, NULL, "who|#precision, %|#recall, %");
    if (figure->curve_count > 0) {
        const rs_curve_mark at = at_threshold(figure);
        rs_text_printf(page, "<tr><th scope=\"row\">raters&#39; scores at %.4g", figure->threshold);
        add_shares(page, &at);
    }
    for (size_t i = 0; i < figure->mark_count; ++i) {
        const rs_named_mark *const named = &figure->marks[i];
        if (named->kind == RS_MARK_EXPERT || !is_shown(named)) {
            continue;
        }
        rs_text_add(page, named->kind == RS_MARK_LABELS ? "<tr><th scope=\"row\">"
                                                        : "<tr><th scope=\"row\">expert ");
        rs_markup_append(page, named->name.text, named->name.length);
        rs_text_add(page, named->kind == RS_MARK_LABELS ? "" : ", by the others");
        add_shares(page, &named->mark);
    }
    rs_html_table_end(page);
    rs_text_add(page, "<p class=\"quiet\">95&#160;% intervals over images, "
                      "not pairs. <code>reassess curve</code> has raters, the majority and other "
                      "thresholds too.</p>\n");
}

static void add_heading(rs_text *page, const rs_figure *figure)
{
    rs_html_section_begin(page, "golden");
    if (figure->curve_count > 0) {
        const rs_curve_mark at = at_threshold(figure);
        rs_text_printf(page,
                       "By what experts settled the raters&#39; scores have %.1f&#160;%% precision "
                       "and %.1f&#160;%% recall",
                       precision_of(&at), recall_of(&at));
    } else {
        rs_text_add(page, "Labels and experts on the same pairs");
    }
    rs_html_section_titled(page);
}

static void add_reading(rs_text *page, const rs_figure *figure)
{
    rs_text_add(page, "<p>Experts settled ");
    rs_html_count(page, figure->judged);
    rs_text_printf(page, " pair%s of an image and a class, ", rs_plural(figure->judged));
    rs_html_count(page, figure->present);
    rs_text_add(page, " of them present. Precision is the share of those called present that are, "
                      "recall the share of those present that are called so.");
    if (has(figure, RS_MARK_EXPERT_OTHERS)) {
        rs_text_add(page, " What the others reach is to be held against the hollow triangles: each "
                          "expert by the majority of the other experts.");
    }
    if (figure->curve_count > 0) {
        rs_text_add(page, figure->curves[0].in_sample == RS_IN_SAMPLE_HELD
                              ? " The scores hold these pairs&#39; truth: they are in-sample."
                              : " The scores are in-sample if these pairs helped to make them.");
    }
    rs_text_add(page, "</p>\n");
}

void rs_report_golden_figure(rs_text *page, const rs_report *report)
{
    const rs_figure *const figure = report->golden;
    if (figure == NULL) {
        return;
    }
    add_heading(page, figure);
    add_reading(page, figure);
    add_drawing(page, figure);
    add_table(page, figure);
    rs_html_section_end(page);
}
