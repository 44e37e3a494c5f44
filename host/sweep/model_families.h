/* model_families.h - which models are of one family, for the colours of a report. */
#ifndef RS_MODEL_FAMILIES_H
#define RS_MODEL_FAMILIES_H

#include "report/report.h"

/* Models without a family get the one that their name begins with, up to the first "_", "." or
 * blank. The families of most models, two at least, get the numbers of a colour. */
rs_status rs_model_families_find(rs_report *report, rs_error *error);

#endif
