/* merge_parts.h - parts of a model into one result. */
#ifndef RS_MERGE_PARTS_H
#define RS_MERGE_PARTS_H

#include "base/json.h"
#include "base/text.h"
#include "reassess/tally.h"
#include "report/record.h"
#include "sweep/result_folder.h"

/* What one run over all rows would have written, but for the sidecar (merge_store.h). */
typedef struct rs_joined {
    rs_record record; /* but for timing, engine, and an explanation of results near chance, which
                         needs the labels */
    rs_text line;     /* the same as JSON, with its line end */
    rs_tally *tally;
    rs_json *note; /* of the whole (result_note.h), but for the sidecar */
} rs_joined;

/* `part` are the results of one model, sorted by their first row. Clear *joined in any case. */
rs_status rs_merge_parts(const rs_result *part, size_t count, rs_joined *joined, rs_error *error);
void rs_joined_clear(rs_joined *joined);

#endif
