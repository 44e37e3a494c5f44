/* class_summary.h - the classes of many models beside the oracle: Figure 6 and Table 1.
 *
 * Models are added one after the other and then forgotten, so the cost is that of the classes,
 * however many models there are. Defined in docs/METRICS.md, "The report".
 */
#ifndef RS_CLASS_SUMMARY_H
#define RS_CLASS_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reassess/labels.h"
#include "reassess/metrics.h"

/* One model in a class. */
typedef struct rs_class_model {
    size_t model;
    uint64_t correct; /* by the original label, over the oracle's rows */
    double p;         /* that the oracle itself would do as well */
    bool above;
    bool significant; /* after Holm over the model's classes */
} rs_class_model;

typedef struct rs_class_row {
    uint32_t class_index;
    uint64_t rows;
    double oracle;  /* its expected accuracy */
    double spread;  /* standard deviation of it */
    uint32_t above; /* models */
    double sum;     /* of the models' accuracies */
    rs_class_model shown;
    rs_class_model best;   /* the model with the highest accuracy; of equal ones the first added */
    double best_p;         /* that the best of as many oracles would do as well: at most this */
    bool best_significant; /* at 5 % after Holm over the classes, as the best of all models */
} rs_class_row;

/* The considered classes, the one with the lowest oracle first. */
typedef struct rs_class_summary {
    size_t shown;  /* the model that `shown` is of */
    size_t models; /* added so far */
    bool has_shown;
    rs_class_row *row; /* [count] */
    size_t count;
} rs_class_summary;

/* `labels`: for the spread; any order of rows. Clear in any case. */
rs_status rs_class_summary_begin(const rs_class_metrics *per_class, const rs_label_view *labels,
                                 size_t shown, rs_class_summary *summary, rs_error *error);
void rs_class_summary_add(rs_class_summary *summary, size_t model,
                          const rs_class_metrics *per_class);
/* After the last model: fills best_p and best_significant. */
rs_status rs_class_summary_end(rs_class_summary *summary, rs_error *error);
void rs_class_summary_clear(rs_class_summary *summary);

/* The `count` classes in which the best model is furthest above the oracle, into place[count];
 * returns how many there are, at most the ones where it is above. */
size_t rs_class_summary_top(const rs_class_summary *summary, size_t count, size_t *place);

#endif
