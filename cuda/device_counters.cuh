/* device_counters.cuh - tally/count_row.h and count_calibration.h on a device.
 *
 * Three kinds of counters, by how often two rows meet in the same one. Scalars are hit by every
 * row, so each block counts them in 32-bit shared counters of its own; the calibration counters
 * likewise, in 64 bits, because amounts are added: two words and a carry, since shared memory adds
 * no more than a word at once. Counters of a class are spread over a thousand
 * places: a private copy of all of them (24 KB a block) would cost more atomics to hand in than
 * there are rows to count, so they are added to global memory at once.
 */
#ifndef RS_DEVICE_COUNTERS_CUH
#define RS_DEVICE_COUNTERS_CUH

#include <stdint.h>

#include "base/host_device.h"
#include "cuda/launch.cuh"
#include "tally/tally_layout.h"

enum {
    RS_DEVICE_CALIBRATION = (int)RS_CALIB_SCALARS + (int)RS_CALIBRATION_BINS * (int)RS_BIN_COUNTERS
};

typedef struct rs_device_counters {
    unsigned long long *all;    /* of the tally, in global memory */
    unsigned int *scalars;      /* [RS_COUNT_SCALARS], shared */
    unsigned int *shared; /* [2 * RS_DEVICE_CALIBRATION], shared; NULL without calibration */
    size_t calibration;         /* where these begin in the tally */
} rs_device_counters;

/* The shared definitions are for host and device; nvcc wants what they call to be so too. */
static inline RS_HOST_DEVICE void rs_device_count(const rs_device_counters *counters, size_t index)
{
#ifdef __CUDA_ARCH__
    if (index < RS_COUNT_SCALARS) {
        atomicAdd(counters->scalars + index, 1u);
    } else {
        atomicAdd(counters->all + index, 1ull);
    }
#endif
}

static inline RS_HOST_DEVICE void rs_device_count_amount(const rs_device_counters *counters,
                                                         size_t index, uint64_t amount)
{
#ifdef __CUDA_ARCH__
    unsigned int *const pair = counters->shared + 2 * (index - counters->calibration);
    const unsigned int low = static_cast<unsigned int>(amount);
    const unsigned int before = atomicAdd(pair, low);
    const unsigned int carry = before + low < low ? 1u : 0u;
    const unsigned int high = static_cast<unsigned int>(amount >> 32) + carry;
    if (high != 0) {
        atomicAdd(pair + 1, high);
    }
#endif
}

static inline RS_HOST_DEVICE void rs_device_count_share(const rs_device_counters *counters,
                                                        size_t index, uint64_t share)
{
#ifdef __CUDA_ARCH__
    atomicAdd(counters->all + index, static_cast<unsigned long long>(share));
#endif
}

#define RS_COUNTER const rs_device_counters
#define RS_COUNTER_ADD(counters, index) \
    rs_device_count((counters), static_cast<size_t>(index))
#define RS_COUNTER_ADD_SHARE(counters, index, share) \
    rs_device_count_share((counters), (index), (share))
#define RS_CALIBRATION_COUNTER const rs_device_counters
#define RS_COUNTER_ADD_AMOUNT(counters, index, amount) \
    rs_device_count_amount((counters), (index), (amount))

#include "tally/count_calibration.h"
#include "tally/count_row.h"

/* By all threads of the block, before the first row and after the last. */
static __device__ __forceinline__ void rs_open_counters(const rs_device_counters *counters)
{
    for (uint32_t i = threadIdx.x; i < RS_COUNT_SCALARS; i += blockDim.x) {
        counters->scalars[i] = 0;
    }
    if (counters->shared != nullptr) {
        for (uint32_t i = threadIdx.x; i < 2 * RS_DEVICE_CALIBRATION; i += blockDim.x) {
            counters->shared[i] = 0;
        }
    }
    __syncthreads();
}

static __device__ __forceinline__ void rs_hand_in_counters(const rs_device_counters *counters)
{
    __syncthreads();
    for (uint32_t i = threadIdx.x; i < RS_COUNT_SCALARS; i += blockDim.x) {
        if (counters->scalars[i] != 0) {
            atomicAdd(counters->all + i, static_cast<unsigned long long>(counters->scalars[i]));
        }
    }
    if (counters->shared != nullptr) {
        for (uint32_t i = threadIdx.x; i < RS_DEVICE_CALIBRATION; i += blockDim.x) {
            const unsigned long long sum =
                static_cast<unsigned long long>(counters->shared[2 * i + 1]) << 32 |
                counters->shared[2 * i];
            if (sum != 0) {
                atomicAdd(counters->all + counters->calibration + i, sum);
            }
        }
    }
}

#endif
