/* curve_svg.c - the figure as SVG: recall to the right, precision upwards, both from 0 to 100 %.
 *
 * Plain elements with their style on them, so that browsers, LaTeX converters and drawing programs
 * show the same; a title on every mark shows its numbers under the pointer.
 */
#include <inttypes.h>
#include <stdio.h>

#include "report/curve_report.h"
#include "report/markup.h"
#include "report/plot.h"

enum {
    WIDTH = 720,
    HEIGHT = 520,
    LEFT = 70,
    TOP = 50,
    PLOT_WIDTH = 430,
    PLOT_HEIGHT = 400,
    LEGEND_X = LEFT + PLOT_WIDTH + 24,
    LEGEND_STEP = 22,
    CURVE_COLOURS = 5
};

/* Told apart by the colour-blind too (Okabe and Ito). */
static const char *const curve_colours[CURVE_COLOURS] = {"#0072b2", "#d55e00", "#009e73",
                                                         "#cc79a7", "#56b4e9"};
static const rs_ink rater_ink = {"rater", "#999999"};
static const rs_ink expert_ink = {"expert", "#e69f00"}; /* orange, as in the article */
static const rs_ink mark_ink = {"mark", "#000000"};

/* Recall and precision, both in percent. */
static const rs_plot plot = {LEFT, TOP, PLOT_WIDTH, PLOT_HEIGHT, 0, 100, 0, 100};

static double x_of(double recall)
{
    return rs_plot_x(&plot, 100.0 * recall);
}

static double y_of(double precision)
{
    return rs_plot_y(&plot, 100.0 * precision);
}

/* ---- the frame ---- */

static void add_frame(rs_text *out)
{
    const rs_ticks ticks = rs_ticks_make(0, 100, 5);
    rs_plot_grid(&plot, &ticks, &ticks, out);
    rs_plot_axes(&plot, out);
    rs_plot_titles(&plot, "recall, %", "precision, %", out);
}

static void begin(const rs_figure *figure, rs_text *out)
{
    rs_text_printf(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d "
        "%d\" role=\"img\" font-family=\"sans-serif\" font-size=\"13\">\n"
        "<title>Precision and recall against the golden set</title>\n<desc>%" PRIu64
        " golden pairs, %" PRIu64 " of them present</desc>\n"
        "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n"
        "<text x=\"%d\" y=\"28\" font-size=\"15\" font-weight=\"bold\">Precision and recall, "
        "%" PRIu64 " golden pairs, %" PRIu64 " present</text>\n",
        WIDTH, HEIGHT, WIDTH, HEIGHT, figure->judged, figure->present, WIDTH, HEIGHT, LEFT,
        figure->judged, figure->present);
    add_frame(out);
}

/* ---- what is drawn ---- */

static void add_numbers(const rs_curve_mark *mark, rs_text *out)
{
    rs_text_printf(out, ": precision %.1f %%, recall %.1f %%",
                   100.0 * rs_precision(mark->taken, mark->right),
                   100.0 * rs_recall(mark->present, mark->right));
}

static void add_curve(const rs_figure *figure, size_t index, rs_text *out)
{
    const rs_named_curve *named = &figure->curves[index];
    const rs_curve *curve = &named->curve;
    const char *colour = curve_colours[index % CURVE_COLOURS];
    rs_text_printf(out,
                   "<path fill=\"none\" stroke=\"%s\" stroke-width=\"2\" "
                   "stroke-linejoin=\"round\" d=\"",
                   colour);
    for (size_t i = 0; i < curve->count; ++i) {
        const rs_curve_point *point = &curve->point[i];
        rs_text_printf(out, "%s%.2f %.2f", i == 0 ? "M" : "L",
                       x_of(rs_recall(curve->present, point->right)),
                       y_of(rs_precision(point->taken, point->right)));
    }
    rs_text_add(out, "\"><title>");
    rs_markup_text(out, named->name);
    static const char *const in_sample[] = {"", ", in-sample", ", in-sample"};
    rs_text_printf(out, "%s: average precision %.1f %%</title></path>\n",
                   in_sample[named->in_sample], 100.0 * curve->average_precision);
    const rs_curve_point at = rs_curve_at(curve, figure->threshold);
    const rs_curve_mark mark = {curve->judged, curve->present, at.taken, at.right, at.ends};
    rs_text_printf(out,
                   "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"5\" fill=\"#ffffff\" stroke=\"%s\" "
                   "stroke-width=\"2\"><title>",
                   x_of(rs_recall(mark.present, mark.right)),
                   y_of(rs_precision(mark.taken, mark.right)), colour);
    rs_markup_text(out, named->name);
    rs_text_printf(out, " at %.4g", figure->threshold);
    add_numbers(&mark, out);
    rs_text_printf(out, "</title></circle>\n");
}

/* A shape of its own for each kind, so that they are told apart without colour. */
static void add_shape(rs_mark_kind kind, double x, double y, rs_text *out)
{
    switch (kind) {
    case RS_MARK_MAJORITY:
        rs_mark_filled(RS_SHAPE_SQUARE, mark_ink, x, y, 5.5, out);
        return;
    case RS_MARK_EXPERT:
        rs_mark_filled(RS_SHAPE_TRIANGLE, expert_ink, x, y, 5.5, out);
        return;
    case RS_MARK_EXPERT_OTHERS:
        rs_mark_hollow(RS_SHAPE_TRIANGLE, expert_ink, x, y, 5.5, out);
        return;
    case RS_MARK_LABELS:
        rs_mark_filled(RS_SHAPE_DIAMOND, mark_ink, x, y, 5.5, out);
        return;
    default:
        rs_mark_filled(RS_SHAPE_CIRCLE, rater_ink, x, y, 3, out);
        return;
    }
}

static bool is_expert(rs_mark_kind kind)
{
    return kind == RS_MARK_EXPERT || kind == RS_MARK_EXPERT_OTHERS;
}

static void add_mark(const rs_named_mark *named, rs_text *out)
{
    const rs_curve_mark *mark = &named->mark;
    if (mark->taken == 0) {
        return; /* who never says yes has no precision */
    }
    add_shape(named->kind, x_of(rs_recall(mark->present, mark->right)),
              y_of(rs_precision(mark->taken, mark->right)), out);
    rs_text_printf(out, "<title>%s", named->kind == RS_MARK_RATER ? "rater "
                                     : is_expert(named->kind)     ? "expert "
                                                                  : "");
    rs_markup_append(out, named->name.text, named->name.length);
    rs_text_add(out, named->kind == RS_MARK_EXPERT_OTHERS ? ", by the others" : "");
    add_numbers(mark, out);
    rs_text_printf(out, "</title>");
    rs_mark_end(out);
}

static void add_marks(const rs_figure *figure, bool raters, rs_text *out)
{
    for (size_t i = 0; i < figure->mark_count; ++i) {
        if ((figure->marks[i].kind == RS_MARK_RATER) == raters) {
            add_mark(&figure->marks[i], out);
        }
    }
}

/* ---- the legend ---- */

static void add_legend_text(int line, const char *text, rs_text *out)
{
    enum { SHOWN_CHARACTERS = 24 };
    rs_text_printf(out, "<text x=\"%d\" y=\"%d\">", LEGEND_X + 28, TOP + 14 + line * LEGEND_STEP);
    rs_markup_short(out, text, SHOWN_CHARACTERS);
    rs_text_printf(out, "</text>\n");
}

static void add_legend_mark(const rs_figure *figure, rs_mark_kind kind, const char *text, int *line,
                            rs_text *out)
{
    for (size_t i = 0; i < figure->mark_count; ++i) {
        if (figure->marks[i].kind == kind) {
            add_shape(kind, LEGEND_X + 10, TOP + 10 + *line * LEGEND_STEP, out);
            rs_mark_end(out);
            add_legend_text((*line)++, text, out);
            return;
        }
    }
}

static void add_legend(const rs_figure *figure, rs_text *out)
{
    int line = 0;
    char at[48];
    for (size_t i = 0; i < figure->curve_count; ++i) {
        rs_text_printf(out, "<path d=\"M%d %dh20\" stroke=\"%s\" stroke-width=\"2\"/>\n", LEGEND_X,
                       TOP + 10 + line * LEGEND_STEP, curve_colours[i % CURVE_COLOURS]);
        add_legend_text(line++, figure->curves[i].name, out);
    }
    if (figure->curve_count > 0) {
        rs_text_printf(out,
                       "<circle cx=\"%d\" cy=\"%d\" r=\"5\" fill=\"#ffffff\" "
                       "stroke=\"#444444\" stroke-width=\"2\"/>\n",
                       LEGEND_X + 10, TOP + 10 + line * LEGEND_STEP);
        (void)snprintf(at, sizeof at, "scores >= %.4g", figure->threshold);
        add_legend_text(line++, at, out);
    }
    add_legend_mark(figure, RS_MARK_LABELS, "original labels", &line, out);
    add_legend_mark(figure, RS_MARK_MAJORITY, "majority of answers", &line, out);
    add_legend_mark(figure, RS_MARK_EXPERT, "experts (in-sample)", &line, out);
    add_legend_mark(figure, RS_MARK_EXPERT_OTHERS, "experts, by the others", &line, out);
    add_legend_mark(figure, RS_MARK_RATER, "single raters", &line, out);
}

void rs_figure_svg(const rs_figure *figure, rs_text *out)
{
    begin(figure, out);
    add_marks(figure, true, out); /* raters lie under everything else */
    for (size_t i = 0; i < figure->curve_count; ++i) {
        add_curve(figure, i, out);
    }
    add_marks(figure, false, out);
    add_legend(figure, out);
    rs_text_printf(out, "</svg>\n");
}
