/* per_class.h - one CSV line for every class of every model. */
#ifndef RS_PER_CLASS_H
#define RS_PER_CLASS_H

#include "base/text.h"
#include "reassess/labels.h"
#include "reassess/metrics.h"

/* model,class,wnid,name,images,imagenet_correct,imagenet_accuracy,real_total,real_correct,
 * real_accuracy,oracle_rows,oracle_accuracy,oracle_model_accuracy,oracle_p
 * Percent with two decimals, oracle_p a probability; empty where there is no value. */
void rs_per_class_heading(rs_text *out);
void rs_per_class_lines(const char *model, const rs_labels *labels, const rs_metrics *metrics,
                        rs_text *out);

#endif
