/* confusion_lines.h - one CSV line for every pair of classes that a model confuses. */
#ifndef RS_CONFUSION_LINES_H
#define RS_CONFUSION_LINES_H

#include "analyse/confusion.h"
#include "base/text.h"
#include "reassess/labels.h"

/* model,original,original_wnid,original_name,predicted,predicted_wnid,predicted_name,count,
 * real_total,real_accepted */
void rs_confusion_heading(rs_text *out);
void rs_confusion_lines(const char *model, const rs_labels *labels, const rs_confusions *confusions,
                        rs_text *out);

#endif
