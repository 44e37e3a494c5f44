/* grid.h - the executor as the runtime sees it: run this kernel, now. */
#ifndef SIMT_EXECUTOR_GRID_H
#define SIMT_EXECUTOR_GRID_H

#include <cstdint>

#include "simt/launch.h"

namespace simt {

/* Runs all blocks. cudaErrorLaunchFailure: a check failed and simt_catch is on. One call at a time.
 * */
cudaError_t run_grid(const Launch &launch);

void set_schedule_seed(uint64_t seed);
/* What memory holds that nobody has written. Differs from seed to seed: a bug should not depend on
 * it. */
unsigned char poison_byte();

} // namespace simt

#endif
