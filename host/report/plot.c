/* plot.c - frames, ticks and marks. */
#include "report/plot.h"

#include <math.h>

#include "report/markup.h"

/* Room between an axis and its numbers, and between the numbers and the title. */
static const double TICK_GAP = 8, TICK_DROP = 20, TITLE_DROP = 44, TITLE_LEFT = 48;

double rs_plot_x(const rs_plot *plot, double value)
{
    return plot->left + plot->width * (value - plot->x_low) / (plot->x_high - plot->x_low);
}

double rs_plot_y(const rs_plot *plot, double value)
{
    return plot->top + plot->height * (plot->y_high - value) / (plot->y_high - plot->y_low);
}

rs_plot_span rs_plot_widen(rs_plot_span span, double margin, double least, double floor,
                           double ceiling)
{
    const double room = fmax((span.high - span.low) * margin, least / 2.0);
    const rs_plot_span wide = {fmax(floor, span.low - room), fmin(ceiling, span.high + room)};
    return wide;
}

/* 1, 2 or 5 times a power of ten. */
static double round_step(double step, int *exponent)
{
    *exponent = (int)floor(log10(step));
    const double unit = pow(10.0, *exponent);
    const double share = step / unit;
    if (share <= 1.0) {
        return unit;
    }
    if (share <= 2.0) {
        return 2.0 * unit;
    }
    if (share <= 5.0) {
        return 5.0 * unit;
    }
    *exponent += 1;
    return 10.0 * unit;
}

rs_ticks rs_ticks_make(double low, double high, size_t wanted)
{
    rs_ticks ticks = {low, 0, 1, 0};
    if (!(high > low) || wanted == 0) {
        return ticks;
    }
    int exponent = 0;
    ticks.step = round_step((high - low) / (double)wanted, &exponent);
    ticks.decimals = exponent < 0 ? -exponent : 0;
    ticks.first = ceil(low / ticks.step - 1e-9) * ticks.step;
    ticks.count = (size_t)floor((high - ticks.first) / ticks.step + 1e-9) + 1;
    return ticks;
}

static double tick_at(const rs_ticks *ticks, size_t index)
{
    const double value = ticks->first + (double)index * ticks->step;
    return fabs(value) < ticks->step * 1e-9 ? 0.0 : value; /* never "-0" */
}

void rs_plot_grid(const rs_plot *plot, const rs_ticks *x, const rs_ticks *y, rs_text *out)
{
    const double bottom = plot->top + plot->height;
    for (size_t i = 0; x != NULL && i < x->count; ++i) {
        const double at = rs_plot_x(plot, tick_at(x, i));
        rs_text_printf(out,
                       "<path class=\"grid\" d=\"M%.1f %.0fV%.0f\" stroke=\"#e0e0e0\"/>\n"
                       "<text class=\"tick\" x=\"%.1f\" y=\"%.0f\" text-anchor=\"middle\">"
                       "%.*f</text>\n",
                       at, plot->top, bottom, at, bottom + TICK_DROP, x->decimals, tick_at(x, i));
    }
    for (size_t i = 0; y != NULL && i < y->count; ++i) {
        const double at = rs_plot_y(plot, tick_at(y, i));
        rs_text_printf(out,
                       "<path class=\"grid\" d=\"M%.0f %.1fH%.0f\" stroke=\"#e0e0e0\"/>\n"
                       "<text class=\"tick\" x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\" "
                       "dy=\".35em\">%.*f</text>\n",
                       plot->left, at, plot->left + plot->width, plot->left - TICK_GAP, at,
                       y->decimals, tick_at(y, i));
    }
}

void rs_plot_axes(const rs_plot *plot, rs_text *out)
{
    rs_text_printf(out,
                   "<path class=\"axis\" d=\"M%.0f %.0fV%.0fH%.0f\" stroke=\"#000000\" "
                   "fill=\"none\"/>\n",
                   plot->left, plot->top, plot->top + plot->height, plot->left + plot->width);
}

void rs_plot_titles(const rs_plot *plot, const char *x, const char *y, rs_text *out)
{
    const double middle_x = plot->left + plot->width / 2.0;
    const double middle_y = plot->top + plot->height / 2.0;
    const double left = plot->left - TITLE_LEFT;
    rs_text_printf(out, "<text class=\"title\" x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">",
                   middle_x, plot->top + plot->height + TITLE_DROP);
    rs_markup_text(out, x);
    rs_text_printf(out,
                   "</text>\n<text class=\"title\" x=\"%.0f\" y=\"%.0f\" "
                   "text-anchor=\"middle\" transform=\"rotate(-90 %.0f %.0f)\">",
                   left, middle_y, left, middle_y);
    rs_markup_text(out, y);
    rs_text_printf(out, "</text>\n");
}

static void outline(rs_shape shape, double x, double y, double r, rs_text *out)
{
    switch (shape) {
    case RS_SHAPE_SQUARE: /* sides that give about the area of the circle */
        rs_text_printf(out, "M%.2f %.2fh%.2fv%.2fh%.2fz", x - 0.9 * r, y - 0.9 * r, 1.8 * r,
                       1.8 * r, -1.8 * r);
        return;
    case RS_SHAPE_DIAMOND:
        rs_text_printf(out, "M%.2f %.2fl%.2f %.2fl%.2f %.2fl%.2f %.2fz", x, y - 1.3 * r, 1.3 * r,
                       1.3 * r, -1.3 * r, 1.3 * r, -1.3 * r, -1.3 * r);
        return;
    case RS_SHAPE_TRIANGLE:
        rs_text_printf(out, "M%.2f %.2fl%.2f %.2fh%.2fz", x, y - 1.3 * r, 1.25 * r, 2.15 * r,
                       -2.5 * r);
        return;
    default:
        rs_text_printf(out, "M%.2f %.2fa%.2f %.2f 0 1 0 %.2f 0a%.2f %.2f 0 1 0 %.2f 0z", x - r, y,
                       r, r, 2.0 * r, r, r, -2.0 * r);
        return;
    }
}

void rs_mark_filled(rs_shape shape, rs_ink ink, double x, double y, double radius, rs_text *out)
{
    rs_text_printf(out, "<path class=\"%s\" fill=\"%s\" d=\"", ink.name, ink.colour);
    outline(shape, x, y, radius, out);
    rs_text_printf(out, "\">");
}

void rs_mark_hollow(rs_shape shape, rs_ink ink, double x, double y, double radius, rs_text *out)
{
    rs_text_printf(out,
                   "<path class=\"hollow %s\" fill=\"#ffffff\" stroke=\"%s\" "
                   "stroke-width=\"2\" d=\"",
                   ink.name, ink.colour);
    outline(shape, x, y, radius, out);
    rs_text_printf(out, "\">");
}

void rs_mark_end(rs_text *out)
{
    rs_text_add(out, "</path>\n");
}

void rs_plot_line(rs_pen pen, double x1, double y1, double x2, double y2, rs_text *out)
{
    const char *const dash = pen.dash;
    rs_text_printf(out,
                   "<path class=\"line %s\" stroke=\"%s\" stroke-width=\"%.1f\"%s%s%s "
                   "fill=\"none\" d=\"M%.2f %.2fL%.2f %.2f\"/>\n",
                   pen.ink.name, pen.ink.colour, pen.width,
                   dash == NULL ? "" : " stroke-dasharray=\"", dash == NULL ? "" : dash,
                   dash == NULL ? "" : "\"", x1, y1, x2, y2);
}
