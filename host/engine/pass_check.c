/* pass_check.c - passes that no engine can run. */
#include <inttypes.h>

#include "base/error.h"
#include "engine/engine.h"

rs_status rs_pass_check(const rs_pass *pass, const rs_source_info *info, rs_error *error)
{
    const bool predictions = info->content == RS_CONTENT_PREDICTIONS;
    if (predictions ? info->dtype != RS_DTYPE_I32 : !rs_dtype_is_float(info->dtype)) {
        return rs_fail(error, RS_UNSUPPORTED, info->path, rs_nowhere(), NULL,
                       "rows of type %s cannot be scored", rs_dtype_name(info->dtype));
    }
    if (predictions && (pass->map != NULL || pass->calibration || pass->row_flags)) {
        return rs_fail(error, RS_UNSUPPORTED, info->path, rs_nowhere(),
                       "leave out --calibration, --row-flags and --class-map, or give logits",
                       "ranked predictions hold classes, not values");
    }
    const bool beyond = pass->image == NULL && pass->rows.end > pass->labels.rows;
    if (pass->rows.begin > pass->rows.end || beyond) {
        return rs_fail(error, RS_RANGE, info->path, rs_nowhere(), NULL,
                       "rows %" PRIu64 ":%" PRIu64 " are not inside the %" PRIu64
                       " rows of the labels",
                       pass->rows.begin, pass->rows.end, pass->labels.rows);
    }
    return RS_OK;
}
