/* row_pass.h - rows of logits, probabilities or predictions are sent to the devices and scored. */
#ifndef RS_ROW_PASS_H
#define RS_ROW_PASS_H

#include "cuda/gpu_job.h"

/* Adds to `counters`; `results` may be NULL. */
rs_status rs_device_score_rows(const rs_gpu_job *job, const rs_row_results *results,
                               uint64_t *counters, uint64_t *rows_scored, rs_error *error);

#endif
