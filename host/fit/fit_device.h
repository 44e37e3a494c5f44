/* fit_device.h - a run whose heads an engine trains (engine/trainer.h). */
#ifndef RS_FIT_DEVICE_H
#define RS_FIT_DEVICE_H

#include "fit/fit_impl.h"

/* Makes fit->trainer. RS_UNSUPPORTED when the engine trains none. */
rs_status rs_fit_device_begin(rs_training *fit, rs_error *error);

/* One step on these rows of the batch: fills row_loss of all heads. batch_rows are counted; `share`
 * is what the schedule leaves of the rates. */
rs_status rs_fit_device_step(rs_training *fit, const uint32_t *row, uint64_t rows, double share,
                             rs_error *error);

/* Parameters and velocities of all heads as they are now, where the engine trains them. */
rs_status rs_fit_device_fetch(const rs_training *fit, rs_error *error);

#endif
