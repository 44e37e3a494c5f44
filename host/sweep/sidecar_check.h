/* sidecar_check.h - are the first predictions in a folder those that the record beside them counts?
 *
 * Two ways to tell: the end of the file, which the tally's note knows (result_note.h), and where
 * there is no tally, how many predictions are right.
 */
#ifndef RS_SIDECAR_CHECK_H
#define RS_SIDECAR_CHECK_H

#include "reassess/metrics.h"
#include "report/record.h"

/* A hash of the end of the file PATH, where a zip archive has its directory with the checksums of
 * all that is in it: other predictions have another, and little is read. */
rs_status rs_sidecar_end_hash(const char *path, uint64_t *hash, rs_error *error);

/* How often a record says that first predictions are right. */
typedef struct rs_recorded_right {
    bool known[2]; /* by the original labels, by ReaL */
    uint64_t correct[2];
} rs_recorded_right;

rs_recorded_right rs_recorded_right_of(const rs_record *record);

/* RS_MISMATCH at the file SIDECAR: by the same labels its predictions are right more or less often
 * than the record says. */
rs_status rs_recorded_right_check(const rs_recorded_right *recorded, const rs_metrics *counted,
                                  const char *sidecar, rs_error *error);

#endif
