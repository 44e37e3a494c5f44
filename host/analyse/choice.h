/* choice.h - does a model say the original one of several valid labels more often than chance? */
#ifndef RS_ANALYSE_CHOICE_H
#define RS_ANALYSE_CHOICE_H

#include "reassess/metrics.h"
#include "reassess/tally.h"

/* Fills *choice and the choice's part of per_class[classes], of which rs_oracle_compute has said
 * which are considered; docs/METRICS.md, "The choice among valid labels". */
rs_status rs_choice_compute(const rs_tally *tally, rs_label_choice *choice,
                            rs_class_metrics *per_class, rs_error *error);

#endif
