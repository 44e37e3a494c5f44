/* count_pairs.cc - Thrust on its CPP backend: sorts keys and counts equal ones.
 *
 * Thrust's headers and the executor's are kept apart, in two files: CCCL would take the executor's
 * __CUDA_ARCH__ for a device pass of nvcc.
 */
#include <thrust/execution_policy.h>
#include <thrust/iterator/constant_iterator.h>
#include <thrust/reduce.h>
#include <thrust/sort.h>

#include "thrust/count_pairs.h"

void count_pairs(void *user_data)
{
    pair_counts *const p = static_cast<pair_counts *>(user_data);
    thrust::sort(thrust::host, p->keys, p->keys + p->count);
    const auto ends =
        thrust::reduce_by_key(thrust::host, p->keys, p->keys + p->count,
                              thrust::make_constant_iterator(1u), p->unique, p->counts);
    p->found = static_cast<size_t>(ends.first - p->unique);
}
