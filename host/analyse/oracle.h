/* oracle.h - the model beside an oracle that answers a random label of each row's ReaL set. */
#ifndef RS_ANALYSE_ORACLE_H
#define RS_ANALYSE_ORACLE_H

#include "reassess/metrics.h"
#include "reassess/tally.h"

/* Fills *oracle and the oracle's part of per_class[classes]; docs/METRICS.md, "The oracle". */
rs_status rs_oracle_compute(const rs_tally *tally, const rs_metrics_options *options,
                            rs_oracle *oracle, rs_class_metrics *per_class, rs_error *error);

/* Marks the classes that are left out where nobody says which: the animals of ILSVRC. `excluded`
 * has an entry for each class of the labels. */
void rs_oracle_exclude_default(const rs_labels *labels, bool *excluded);

#endif
