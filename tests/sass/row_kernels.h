/* row_kernels.h - the row kernels as machine code: in the place of cuda/row_kernel_*.cu. */
#ifndef SASS_ROW_KERNELS_H
#define SASS_ROW_KERNELS_H

#include <cstdint>
#include <map>
#include <string>

#include "machine/instruction.h"

namespace sass {

/* What a kernel has executed. */
struct Count {
    uint64_t rows = 0, slots = 0;
    uint64_t pipe[kPipes] = {};
};

/* By kernel (f32.8.whole.plain, ...), since the last call. */
std::map<std::string, Count> take_counts();

/* Of groups of lanes that are apart, which goes first: chance, or (0) the one that is furthest
 * behind. */
void set_order(uint64_t seed);

/* The compute capability whose machine code it is: 80, 90. */
int compute_capability();

} // namespace sass

#endif
