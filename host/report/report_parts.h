/* report_parts.h - the parts of the page, in its order. */
#ifndef RS_REPORT_PARTS_H
#define RS_REPORT_PARTS_H

#include "report/html.h"
#include "report/report.h"

/* Lists that would go on for pages end here, and say so. */
enum { RS_REPORT_ROWS = 40 };

/* The area that all drawings of points have in common. */
enum { RS_FIGURE_WIDTH = 680, RS_FIGURE_HEIGHT = 432 };
rs_plot rs_report_plot(rs_plot_span x, rs_plot_span y);
/* Grid, axes and their titles. */
void rs_report_frame(rs_text *page, const rs_plot *plot, const char *x_title, const char *y_title);

/* Two models on the same images, by ReaL. */
typedef struct rs_report_pair {
    uint64_t first_alone; /* images that only the one gets right */
    uint64_t second_alone;
    double difference;    /* of the accuracies, first minus second */
    double detectable;    /* the least that would show in 80 % of draws; 0: none */
    rs_interval interval; /* of it */
} rs_report_pair;
/* false: who is right on which image is not known of both, or no image counts. */
bool rs_report_compare(const rs_report *report, size_t first, size_t second, rs_report_pair *pair);

/* The names of the models at their points. */
typedef struct rs_report_point {
    double x, y; /* values */
    const char *name;
    double low, high; /* of the whisker through it; both 0: none */
} rs_report_point;
/* Of more than RS_REPORT_ROWS points only a few get theirs, from end to end. */
void rs_report_names(rs_text *page, const rs_plot *plot, const rs_report_point *points,
                     size_t count);

/* Begins a row of a table, of a model, with its whole name; the number finds it again in all
 * tables and drawings. */
void rs_report_row(rs_text *page, const rs_report *report, size_t index);

/* A row for each of the best models that belong into a table, up to RS_REPORT_ROWS; returns how
 * many there are. */
size_t rs_report_rows(rs_text *page, const rs_report *report,
                      bool (*belongs)(const rs_report_model *model),
                      void (*add)(rs_text *page, const rs_report *report, size_t index));
/* Says that only the best are shown. */
void rs_report_best(rs_text *page);

/* What is drawn of one model stands between these, with its number. */
void rs_report_model_begin(rs_text *page, size_t index);
void rs_report_model_end(rs_text *page);
/* The model whose record holds this very name. */
size_t rs_report_model_of(const rs_report *report, const char *name);

/* How a model's family looks; without families all look the same. */
rs_ink rs_report_family_ink(const rs_report_model *model);
rs_shape rs_report_family_shape(const rs_report_model *model);
/* Of a point in the drawings of the trend: of its family, else of its half. */
rs_ink rs_report_half_ink(const rs_report *report, size_t index, bool upper);
/* The lines of the trend's halves, each over its own models, from one ImageNet accuracy to another
 * (fractions). */
void rs_report_trend_lines(rs_text *page, const rs_plot *plot, const rs_trend *trend,
                           void (*add)(rs_text *page, const rs_plot *plot, const rs_line_fit *line,
                                       rs_ink ink, double x_from, double x_to));
/* Its models over their ImageNet accuracy, and what is said of a point. */
void rs_report_trend_points(rs_text *page, const rs_report *report, const rs_plot *plot,
                            double (*y)(const rs_trend_point *point),
                            void (*say)(rs_text *page, double x, double y));
/* Families with a colour, and the others; part of a legend. */
void rs_report_family_legend(rs_text *page, const rs_report *report, bool shapes);

void rs_report_board(rs_text *page, const rs_report *report);
void rs_report_trend(rs_text *page, const rs_report *report);
/* Parts of the parts: beside the trend; the lines of Figure 6 and classes of Table 1; confidence
 * less accuracy. */
/* Nothing where no model's size is known. */
void rs_report_cost(rs_text *page, const rs_report *report);
void rs_report_gain(rs_text *page, const rs_report *report);
void rs_report_classes(rs_text *page, const rs_report *report);
void rs_report_class_dots(rs_text *page, const rs_report *report);
void rs_report_class_table(rs_text *page, const rs_report *report);
void rs_report_reliability(rs_text *page, const rs_report *report);
void rs_report_further(rs_text *page, const rs_report *report);
void rs_report_disagreements(rs_text *page, const rs_report *report);
/* Nothing where no answers were given. */
void rs_report_judged(rs_text *page, const rs_report *report);
void rs_report_choice(rs_text *page, const rs_report *report);
void rs_report_oracle(rs_text *page, const rs_report *report);
void rs_report_confusions(rs_text *page, const rs_report *report);
/* Nothing where no pictures were asked for. */
void rs_report_gallery(rs_text *page, const rs_report *report);
void rs_report_calibration(rs_text *page, const rs_report *report);
/* Nothing where no four models are named as those of the article's Table 2. */
void rs_report_factorial(rs_text *page, const rs_report *report);
/* Nothing where no golden set was given. */
void rs_report_golden_figure(rs_text *page, const rs_report *report);
/* Nothing where no model was held against raters' scores. */
bool rs_report_has_raters(const rs_report *report);
void rs_report_raters(rs_text *page, const rs_report *report);
/* Nothing where no sweep counted groups of images. */
bool rs_report_has_slices(const rs_report *report);
void rs_report_slices(rs_text *page, const rs_report *report);
/* What differences between neighbours could show. */
void rs_report_power(rs_text *page, const rs_report *report);
void rs_report_notes(rs_text *page, const rs_report *report);

/* The style sheet, page/report.css.
 *
 * Two palettes by what the reader's system asks for, and one of ink on paper for print. Colours are
 * named once and drawings take them by class; their attributes hold the light ones, for readers
 * that know no style sheets. Wide tables scroll in a box of their own, so the page never does. */
extern const char rs_report_css[];

/* The data that the script reads, once, and the script, page/report.js: sorting, searching, pins,
 * reading of points. The page is whole without. Without their indentation and comments. */
void rs_report_script(rs_text *page, const rs_report *report);
extern const char rs_report_js[];

#endif
