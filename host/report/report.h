/* report.h - the report on many models: one HTML file that needs nothing from outside.
 *
 * No font, no picture from elsewhere, and whole without its script: it can be mailed, archived and
 * printed. Everything
 * in it follows from the records, the labels and, where they are there, the models' ranked
 * predictions; a part for which something is missing says so. docs/REPORT.md describes it.
 */
#ifndef RS_REPORT_H
#define RS_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyse/calibration_error.h"
#include "analyse/label_stats.h"
#include "analyse/rank_range.h"
#include "analyse/trend.h"
#include "labels/class_titles.h"
#include "relabel/mistakes.h"
#include "report/class_summary.h"
#include "report/confusion_sum.h"
#include "report/curve_report.h"
#include "report/gallery.h"
#include "report/record_read.h"

/* How many families of models have a colour. */
enum { RS_FAMILIES = 4 };

typedef struct rs_report_model {
    rs_record record;
    const rs_metric *imagenet; /* top-1; NULL: no value */
    const rs_metric *real;
    uint64_t *real_right; /* a bit for each image, set where the first prediction is in the image's
                             ReaL set; NULL: not known */
    int32_t *said; /* [images] first predictions; NULL: not known, or not asked for */
    uint32_t *class_correct; /* [classes.count], in the order of `classes`; NULL: not known */
    double parameters; /* millions; 0: not known */
    double image_size; /* pixels of a side; 0: not known */
    char *family;  /* NULL: not asked for */
    size_t colour; /* of the family, 1 to RS_FAMILIES; 0: it has none */
    rs_mistake_count by_original; /* what people say of the mistakes; all 0: not known */
    rs_mistake_count by_real;
    rs_preference preference; /* by raters' scores */
    rs_rank_range rank; /* by ReaL; best 0: not known */
    bool has_bins;
    rs_reliability_bin bin[RS_CALIBRATION_BINS];
} rs_report_model;

/* A model without a result. */
typedef struct rs_report_failure {
    const char *model;
    const char *reason;
} rs_report_failure;

typedef struct rs_report {
    const char *title;      /* NULL: from the number of models */
    rs_report_model *model; /* [count] highest ReaL accuracy first, equal ones by name */
    size_t count;
    const rs_labels *labels;
    const rs_class_titles *titles;
    const rs_label_stats *stats;
    double oracle_cut;
    bool animals_excluded; /* the classes left out are the animals of ILSVRC */
    rs_trend trend;
    rs_class_summary classes; /* models 0: no predictions were there */
    rs_confusion_sum confusions;
    const rs_report_failure *failure; /* [failure_count] */
    size_t failure_count;
    const char *family[RS_FAMILIES]; /* those with a colour */
    size_t families;                 /* how many; 0: models are not told apart by family */
    const rs_figure *golden; /* NULL: no golden set was given */
    rs_gallery *gallery; /* NULL: not asked for */
    bool judged;   /* people answered for mistakes */
    bool circular; /* and the label sets may have been made of the answers */
    size_t parts_left_out; /* records of row ranges */
} rs_report;

/* Sorts the models. */
void rs_report_sort(rs_report_model *models, size_t count);

/* Appends the whole page. */
void rs_report_html(const rs_report *report, rs_text *page);

#endif
