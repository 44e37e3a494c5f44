/* html.h - writing a page piece by piece.
 *
 * A page is a text (base/text.h): markup goes through rs_text_printf, and what comes from files
 * through rs_markup_text (report/markup.h), never among the arguments of the former. The page is
 * well-formed XML too, which tests check.
 */
#ifndef RS_HTML_H
#define RS_HTML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyse/tango.h"
#include "base/text.h"
#include "reassess/metrics.h"
#include "report/markup.h"
#include "report/plot.h"

/* 12345 -> "12,345" */
void rs_html_count(rs_text *page, uint64_t count);

/* "81.98", or a dash with the reason under the pointer; metric NULL: a dash. */
void rs_html_percent(rs_text *page, const rs_metric *metric);

/* An interval of a difference, in points: "-0.12 to 0.34", small. */
void rs_html_points(rs_text *page, const rs_interval *interval);

/* A probability from its logarithm: "0.034", "3 x 10^-9" with the exponent raised. */
void rs_html_probability(rs_text *page, double log_p);

/* A table in a box that scrolls, of a class of the style sheet or NULL, up to its first row.
 * `heads`: of its columns, with | between them; # before one of numbers, ~ of drawings. */
void rs_html_table(rs_text *page, const char *kind, const char *heads);
void rs_html_table_end(rs_text *page);

/* <section id=ID> with its heading, and its end. */
void rs_html_section(rs_text *page, const char *id, const char *heading);
/* The same in two steps, for a heading that is written in between. */
void rs_html_section_begin(rs_text *page, const char *id);
void rs_html_section_titled(rs_text *page);
void rs_html_section_end(rs_text *page);

/* <figure> with a drawing of WIDTH x HEIGHT units, told to screen readers as `label`. */
void rs_html_figure(rs_text *page, const char *label, int width, int height);
/* Ends the drawing; the legend and the caption follow. */
void rs_html_figure_drawn(rs_text *page);
/* Ends the figure. */
void rs_html_figure_end(rs_text *page);

/* A legend is a list of marks with their meaning. */
void rs_html_legend(rs_text *page);
void rs_html_legend_mark(rs_text *page, rs_shape shape, bool hollow, rs_ink ink, const char *text);
void rs_html_legend_line(rs_text *page, rs_ink ink, const char *dash, const char *text);
/* Likewise with a name from a file. */
void rs_html_legend_name(rs_text *page, rs_shape shape, bool hollow, rs_ink ink,
                         const char *name);
/* An area, by its class. */
void rs_html_legend_key(rs_text *page, const char *name, const char *text);
void rs_html_legend_end(rs_text *page);

/* A mark in a drawing, with an open <title>; rs_html_mark_end closes both. */
void rs_html_mark(rs_text *page, rs_shape shape, bool hollow, rs_ink ink, double x, double y,
                  double radius);
void rs_html_mark_end(rs_text *page);

/* A whisker from `low` to `high` at x, upright. */
void rs_html_whisker(rs_text *page, rs_ink ink, double x, double y_low, double y_high);

/* Colours: told apart by the colour-blind, and by their lightness in grey (Okabe and Ito). */
extern const rs_ink rs_ink_real;     /* ReaL, and what ReaL takes the side of */
extern const rs_ink rs_ink_imagenet; /* the original labels */
extern const rs_ink rs_ink_lower;    /* the lower half of the models by these, and its line */
extern const rs_ink rs_ink_upper;    /* the upper one */
extern const rs_ink rs_ink_quiet;    /* what is there for comparison */
extern const rs_ink rs_ink_strong;   /* the oracle, experts and rulers: black, white in the dark */

#endif
