/* per_row.h - one JSON line for every row of a model. */
#ifndef RS_PER_ROW_H
#define RS_PER_ROW_H

#include "base/file_write.h"
#include "report/record.h"

/* {"model", "row", "image", "original", "real": [...], "predictions": [...], "values": [...],
 *  "rank", "real_rank", "imagenet_correct", "real_correct", "nan"}
 * `row` is the row of the input from 0, `image` the row of the labels from 0 (file-name order).
 * `labels` are in the input's order; `order` maps rows to images, NULL when they are the same. A
 * rank that is not known is null, as are original without a label and real_correct with an empty
 * set. "values" is left out for ranked predictions. */
typedef struct rs_per_row {
    const rs_record *record;
    const rs_label_view *labels;
    const rs_order *order;
    const rs_labels *images; /* in file-name order; those of a part are numbered as in the whole */
    rs_row_range rows;
    const rs_row_results *results;
} rs_per_row;

rs_status rs_per_row_write(const rs_per_row *of, rs_file_writer *out, rs_error *error);

#endif
