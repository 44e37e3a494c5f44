/* flat_impl.h - what is behind the handles. */
#ifndef RS_FLAT_IMPL_H
#define RS_FLAT_IMPL_H

#include "base/text.h"
#include "evaluate/scorer_impl.h"
#include "flat/flat.h"
#include "sweep/model_run.h"
#include "sweep/sweep_settings.h"

struct rs_flat_scorer {
    const rs_labels *labels; /* in file-name order */
    rs_reading reading;
    rs_evaluator_options options;
    bool *excluded;
    rs_run_setup setup;
    uint32_t keep; /* wanted by the caller; the scorer keeps one at least, for its checks */
    rs_scorer *scorer;
    void *stream;
    int64_t *index; /* [index_room] one that was given in another form */
    uint64_t index_room;
    const rs_labels **set; /* [reading.further_count] in file-name order; not owned */
    char **set_name;
};

/* Further label sets (flat_sets.c): into the record of what the scorer has seen. */
rs_status rs_flat_sets_take(const rs_flat_scorer *scorer, rs_record *record, rs_error *error);
void rs_flat_sets_clear(rs_flat_scorer *scorer);

/* The content key of a result of this scorer; `from` as rs_flat_result_save takes it. Free *key
 * with rs_json_free. */
rs_status rs_flat_make_key(const rs_flat_scorer *scorer, const char *from, rs_json **key,
                           rs_error *error);

#endif
