/* sweep_run.h - a sweep from its description to its results.
 *
 * First every model's results are looked at: what is there and was made from the same content is
 * left alone. The others are scored by several lanes, threads that each take one model from its
 * files to its stored results, so that reading, scoring and writing of different models overlap. A
 * lane that has more processors than models to share them with scores with several threads.
 *
 * Memory does not grow with the size of the inputs: they are read in blocks. A lane holds the first
 * predictions of one model, its counters and its blocks, and the weights of a head
 * (lane_bytes.h), and there are no more lanes than fit into `memory_bytes`.
 */
#ifndef RS_SWEEP_RUN_H
#define RS_SWEEP_RUN_H

#include "sweep/sweep.h"

/* Models that fail do not make the sweep fail: they are in the summary and were reported. It fails
 * when results cannot be written, when memory does not suffice for one lane, and with
 * RS_INTERRUPTED when it was stopped; everything written until then stays good. */
rs_status rs_sweep_run(const rs_sweep *sweep, rs_sweep_summary *summary, rs_error *error);

#endif
