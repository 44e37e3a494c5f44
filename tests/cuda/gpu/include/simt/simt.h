/* simt.h - what the tests ask of the executor, on a real device: there is nothing to steer.
 *
 * Found instead of tests/simt/include/simt/simt.h when the tests are compiled for a GPU. Tests that
 * make the executor fail are left out there: SIMT_CUDA_RUNTIME is not defined.
 */
#ifndef SIMT_SIMT_H
#define SIMT_SIMT_H

#include <stddef.h>
#include <stdint.h>

typedef struct simt_census {
    size_t device_allocations, pinned_allocations, registrations, streams, events, graphs,
        pending_work;
    size_t device_bytes, device_bytes_peak;
} simt_census;

inline void simt_reset(void) {}
inline void simt_set_seed(uint64_t) {} /* the device finds its own orders */
inline void simt_set_devices(int) {} /* there are as many as there are */
inline simt_census simt_count(void)
{
    return simt_census();
}
inline uint64_t simt_work_done(void)
{
    return 0;
}

#endif
