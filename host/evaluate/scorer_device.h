/* scorer_device.h - a scorer whose rows are on a device.
 *
 * The device keeps what its images gave, and has a mark of each that came. When somebody asks,
 * this is fetched, and lies beside what was merged: from there on it is all one.
 */
#ifndef RS_SCORER_DEVICE_H
#define RS_SCORER_DEVICE_H

#include "evaluate/scorer_impl.h"

/* The scorer is otherwise complete. Its device is that of the evaluator's options. */
rs_status rs_scorer_device_open(rs_scorer *scorer, const rs_engine_plugin *plugin,
                                const rs_pass *pass, rs_error *error);
void rs_scorer_device_close(rs_scorer *scorer); /* one without a device is fine */

rs_status rs_scorer_device_add(rs_scorer *scorer, const rs_scorer_rows *rows, uint64_t stride_bytes,
                               rs_error *error);

/* After a merge: the device takes the scorer's images for such that came. Nothing without one. */
rs_status rs_scorer_device_mark(const rs_scorer *scorer, rs_error *error);

const rs_engine_info *rs_scorer_device_engine(const rs_scorer *scorer);

#endif
