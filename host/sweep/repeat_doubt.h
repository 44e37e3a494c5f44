/* repeat_doubt.h - rows of images that came before, and whether they answer as before.
 */
#ifndef RS_REPEAT_DOUBT_H
#define RS_REPEAT_DOUBT_H

#include <stdbool.h>

#include "reassess/reassess.h"
#include "report/record.h"

/* Warns of rows that repeat an image, and of those whose answer is another than that of the first
 * row, which counts: a sampler that pads repeats the row itself. `*doubtful` is set for these, else
 * left. */
rs_status rs_doubt_repeats(rs_source *source, const rs_order *order, const rs_class_map *map,
                           rs_record *record, bool *doubtful, rs_error *error);

#endif
