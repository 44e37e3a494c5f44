/* read_sum.h - a kernel that reads memory of a device and does next to nothing else: how fast
 * reading can be. (A copy from device to device writes as well, and the two take turns.)
 */
#ifndef RS_READ_SUM_H
#define RS_READ_SUM_H

#include <cuda_runtime_api.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Adds all words of 32 bits to *sum, which wraps. `memory` is aligned to 16 bytes; bytes behind the
 * last whole 16 are left out. Neither waits. */
cudaError_t rs_launch_read_sum(const void *memory, uint64_t bytes, uint32_t blocks, uint32_t *sum,
                               cudaStream_t stream);
uint32_t rs_resident_read_sum(void); /* blocks that a multiprocessor holds at once */

#ifdef __cplusplus
}
#endif
#endif
