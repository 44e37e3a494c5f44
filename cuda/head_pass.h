/* head_pass.h - heads on features: a pass over the features on one or several devices. */
#ifndef RS_HEAD_PASS_H
#define RS_HEAD_PASS_H

#include "cuda/device_heads.h"

/* Features are read and sent once and stay while all heads are scored on them; only where the heads
 * would not fit into the memory together they come again for the next ones. */
rs_status rs_device_score_heads(const rs_heads_task *task, uint64_t *rows_scored, rs_error *error);

#endif
