/* csv_predictions.h - predictions as a table, one line for each:
 *
 *     file_name,predicted_class,predicted_probability
 *     ILSVRC2012_val_00000293.JPEG,0,0.8736
 *
 * The lines of one file are its predictions, ranked by probability. Rows come out in the order of
 * the base names, which for the validation set is the order of the labels.
 */
#ifndef RS_CSV_PREDICTIONS_H
#define RS_CSV_PREDICTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/input.h"
#include "reassess/logits.h"

/* Does the first line name the columns? */
bool rs_csv_is_predictions(const uint8_t *data, size_t size);

/* int32 rows, best first, -1 after the last one; a file with a NaN among its probabilities is a row
 * without predictions. The text is read whole. */
rs_status rs_csv_open(rs_input *input, rs_source **source, rs_error *error);

#endif
