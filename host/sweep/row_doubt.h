/* row_doubt.h - whether the values of a model's rows are what a model writes. */
#ifndef RS_ROW_DOUBT_H
#define RS_ROW_DOUBT_H

#include <stdbool.h>

#include "report/record.h"

/* Warns of rows that were never written, of infinities and of predictions that the order of the
 * classes decides; of these not where columns were told that were never written. `*doubtful` is set
 * where there is one, else left. */
rs_status rs_doubt_rows(rs_record *record, bool columns_told, bool *doubtful, rs_error *error);

/* Of a result that is not near chance: logits that look like probabilities, and probabilities that
 * look as if they were made of probabilities. */
rs_status rs_doubt_values(rs_record *record, rs_values values, rs_error *error);

#endif
