/* confusion_lines.h - one CSV line for every pair of classes that a model confuses. */
#ifndef RS_CONFUSION_LINES_H
#define RS_CONFUSION_LINES_H

#include "analyse/confusion.h"
#include "report/record.h"

/* model,original,original_wnid,original_name,predicted,predicted_wnid,predicted_name,count,
 * real_total,real_accepted */
rs_status rs_confusion_heading(rs_text *out, rs_error *error);
rs_status rs_confusion_lines(const rs_record *record, const rs_confusions *confusions, rs_text *out,
                             rs_error *error);

#endif
