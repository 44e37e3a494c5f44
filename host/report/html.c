/* html.c - pieces of a page. */
#include "report/html.h"

#include <math.h>
#include <string.h>

#include "report/markup.h"
#include "report/wording.h"

const rs_ink rs_ink_real = {"real", "#0b6bb3"};
const rs_ink rs_ink_imagenet = {"imagenet", "#d55e00"};
const rs_ink rs_ink_lower = {"lower", "#00856a"};
const rs_ink rs_ink_upper = {"upper", "#8a3f96"};
const rs_ink rs_ink_quiet = {"quiet", "#8a8a8a"};
const rs_ink rs_ink_strong = {"strong", "#111111"};

void rs_html_count(rs_text *page, uint64_t count)
{
    rs_text_printf(page, "%s", RS_COUNT_TEXT(count));
}

void rs_html_percent(rs_text *page, const rs_metric *metric)
{
    if (metric == NULL || metric->reason != NULL) {
        rs_text_printf(page, "&#8211;");
    } else {
        rs_text_printf(page, "%.2f", 100.0 * metric->value);
    }
}

void rs_html_points(rs_text *page, const rs_interval *interval)
{
    const double low = rs_points(interval->low);
    const double high = rs_points(interval->high);
    rs_text_printf(page, "<small>%s%.2f to %s%.2f</small>", low < 0 ? "&#8722;" : "", fabs(low),
                   high < 0 ? "&#8722;" : "", fabs(high));
}

void rs_html_probability(rs_text *page, double log_p)
{
    enum { SMALLEST_SHOWN = 300 };
    const double log10_p = log_p / log(10.0);
    if (log10_p < -SMALLEST_SHOWN) {
        rs_text_printf(page, "&lt;&#8201;10<sup>&#8722;%d</sup>", SMALLEST_SHOWN);
    } else if (log10_p < -3.0) {
        double exponent = floor(log10_p);
        double digits = pow(10.0, log10_p - exponent);
        if (digits >= 9.95) { /* "10 x" once rounded */
            digits = 1.0;
            exponent += 1.0;
        }
        rs_text_printf(page, "%.1f&#8201;&#215;&#8201;10<sup>&#8722;%.0f</sup>", digits, -exponent);
    } else {
        rs_text_printf(page, "%.3f", exp(log_p));
    }
}

static void add_head(rs_text *page, const char *head, int length)
{
    const char *const kind = *head == '#' ? " class=\"number\"" : " class=\"drawn\"";
    const int marked = *head == '#' || *head == '~';
    rs_text_printf(page, "<th%s>%.*s</th>", marked ? kind : "", length - marked, head + marked);
}

void rs_html_table(rs_text *page, const char *kind, const char *heads)
{
    rs_text_add(page, "<div class=\"scroll\"><table");
    if (kind != NULL) {
        rs_text_printf(page, " class=\"%s\"", kind);
    }
    rs_text_add(page, ">\n<thead><tr>");
    for (;;) {
        const size_t length = strcspn(heads, "|");
        add_head(page, heads, (int)length);
        if (heads[length] == '\0') {
            break;
        }
        heads += length + 1;
    }
    rs_text_add(page, "</tr></thead>\n<tbody>\n");
}

void rs_html_table_end(rs_text *page)
{
    rs_text_add(page, "</tbody></table></div>\n");
}

void rs_html_section_begin(rs_text *page, const char *id)
{
    rs_text_printf(page, "<section id=\"%s\">\n<h2>", id);
}

void rs_html_section_titled(rs_text *page)
{
    rs_text_printf(page, "</h2>\n");
}

void rs_html_section(rs_text *page, const char *id, const char *heading)
{
    rs_html_section_begin(page, id);
    rs_text_add(page, heading);
    rs_html_section_titled(page);
}

void rs_html_section_end(rs_text *page)
{
    rs_text_printf(page, "</section>\n\n");
}

/* ---- figures ---- */

void rs_html_figure(rs_text *page, const char *label, int width, int height)
{
    rs_text_printf(page,
                   "<figure>\n<svg class=\"plot\" viewBox=\"0 0 %d %d\" role=\"img\" "
                   "aria-label=\"%s\">\n",
                   width, height, label);
}

void rs_html_figure_drawn(rs_text *page)
{
    rs_text_printf(page, "</svg>\n");
}

void rs_html_figure_end(rs_text *page)
{
    rs_text_printf(page, "</figure>\n");
}

void rs_html_legend(rs_text *page)
{
    rs_text_printf(page, "<ul class=\"legend\">\n");
}

static void add_legend_mark(rs_text *page, rs_shape shape, bool hollow, rs_ink ink)
{
    enum { MIDDLE = 8 };
    rs_text_printf(page, "<li><svg viewBox=\"0 0 16 16\" aria-hidden=\"true\">");
    (hollow ? rs_mark_hollow : rs_mark_filled)(shape, ink, MIDDLE, MIDDLE, 4.5, page);
    rs_text_printf(page, "</path></svg>");
}

void rs_html_legend_mark(rs_text *page, rs_shape shape, bool hollow, rs_ink ink, const char *text)
{
    add_legend_mark(page, shape, hollow, ink);
    rs_text_printf(page, "%s</li>\n", text);
}

void rs_html_legend_name(rs_text *page, rs_shape shape, bool hollow, rs_ink ink,
                         const char *name)
{
    add_legend_mark(page, shape, hollow, ink);
    rs_markup_text(page, name);
    rs_text_printf(page, "</li>\n");
}

void rs_html_legend_line(rs_text *page, rs_ink ink, const char *dash, const char *text)
{
    rs_text_printf(page, "<li><svg class=\"wide\" viewBox=\"0 0 28 16\" aria-hidden=\"true\">");
    rs_plot_line((rs_pen){ink, 2, dash}, 1, 8, 27, 8, page);
    rs_text_printf(page, "</svg>%s</li>\n", text);
}

void rs_html_legend_key(rs_text *page, const char *name, const char *text)
{
    rs_text_printf(page, "<li><i class=\"key %s\"></i>%s</li>\n", name, text);
}

void rs_html_legend_end(rs_text *page)
{
    rs_text_printf(page, "</ul>\n");
}

void rs_html_mark(rs_text *page, rs_shape shape, bool hollow, rs_ink ink, double x, double y,
                  double radius)
{
    (hollow ? rs_mark_hollow : rs_mark_filled)(shape, ink, x, y, radius, page);
    rs_text_printf(page, "<title>");
}

void rs_html_mark_end(rs_text *page)
{
    rs_text_printf(page, "</title></path>\n");
}

void rs_html_whisker(rs_text *page, rs_ink ink, double x, double y_low, double y_high)
{
    rs_plot_line((rs_pen){ink, 1.2, NULL}, x, y_low, x, y_high, page);
}
