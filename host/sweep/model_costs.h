/* model_costs.h - how large models are and of which family, from a table such as timm's
 * results-imagenet.csv.
 *
 * The columns model and param_count (in millions, with commas between thousands or without) are
 * found by name, and so is family where there is such a column; others are ignored. Models that the
 * table does not name have no size, and the family that their name begins with.
 */
#ifndef RS_MODEL_COSTS_H
#define RS_MODEL_COSTS_H

#include "report/report.h"

/* Fills `parameters`, `family` and `colour` of the report's models. RS_MISMATCH where the table
 * names none of them. */
rs_status rs_model_costs_read(const char *path, rs_report *report, rs_error *error);

#endif
