/* label_report.h - what `reassess labels` prints: a table, a JSON object, a CSV line a class. */
#ifndef RS_LABEL_REPORT_H
#define RS_LABEL_REPORT_H

#include "analyse/label_stats.h"
#include "base/text.h"

void rs_label_report_table(const rs_labels *labels, const rs_label_stats *stats, rs_text *out);

/* Schema reassess.labels/1, on one line with its line end. */
void rs_label_report_json(const rs_labels *labels, const rs_label_stats *stats, rs_text *out);

/* class,wnid,name,images,nonempty,in_set,real_images,real_alone,oracle_rows,oracle_accuracy,
 * considered */
void rs_label_report_csv(const rs_labels *labels, const rs_label_stats *stats, rs_text *out);

#endif
