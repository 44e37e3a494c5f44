/* model_costs.h - how large models and their images are, and of which family models are, from a
 * table such as timm's results-imagenet.csv.
 *
 * The columns model, param_count (in millions, with commas between thousands or without), img_size
 * (pixels of a side) and family are found by name. One of the two sizes is there at least; other
 * columns are ignored. Models that the table does not name have no size, and the family that their
 * name begins with.
 */
#ifndef RS_MODEL_COSTS_H
#define RS_MODEL_COSTS_H

#include "report/report.h"

/* Fills `parameters`, `image_size`, `family` and `colour` of the report's models. RS_MISMATCH where
 * the table names none of them. */
rs_status rs_model_costs_read(const char *path, rs_report *report, rs_error *error);

#endif
