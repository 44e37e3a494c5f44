/* key_counts.cu - Thrust sorts the keys, adds up runs of equal ones, and ranks the runs.
 *
 * The same three steps as host/engine/key_counts.c. This file includes nothing of the CUDA runtime,
 * so that tests can compile it with Thrust's backend for the CPU.
 */
#include <thrust/execution_policy.h>
#include <thrust/functional.h>
#include <thrust/iterator/transform_iterator.h>
#include <thrust/reduce.h>
#include <thrust/sort.h>
#include <thrust/transform.h>
#ifdef __CUDACC__
#include <thrust/system/cuda/execution_policy.h>
#endif

#include <cstdio>
#include <exception>
#include <new>

#include "cuda/key_task.h"

namespace {

struct WithoutMarks {
    __host__ __device__ uint64_t operator()(uint64_t key) const
    {
        return key >> RS_KEY_MARKS;
    }
};

struct SumsOfOne {
    __host__ __device__ rs_key_sums operator()(uint64_t key) const
    {
        return {1, {key & 1, key >> 1 & 1}};
    }
};

struct AddSums {
    __host__ __device__ rs_key_sums operator()(const rs_key_sums &a, const rs_key_sums &b) const
    {
        return {a.count + b.count, {a.marked[0] + b.marked[0], a.marked[1] + b.marked[1]}};
    }
};

struct MakeEntry {
    __host__ __device__ rs_key_count operator()(uint64_t key, const rs_key_sums &sums) const
    {
        return {key, sums.count, {sums.marked[0], sums.marked[1]}};
    }
};

/* The keys are in order already, and the sort that uses this keeps the order of equal ones. */
struct MoreFrequent {
    __host__ __device__ bool operator()(const rs_key_count &a, const rs_key_count &b) const
    {
        return a.count > b.count;
    }
};

template <class Policy> void count_keys(const Policy &policy, rs_key_task *task)
{
    uint64_t *const end = task->keys + task->count;
    thrust::sort(policy, task->keys, end);
    const auto ends =
        thrust::reduce_by_key(policy, thrust::make_transform_iterator(task->keys, WithoutMarks()),
                              thrust::make_transform_iterator(end, WithoutMarks()),
                              thrust::make_transform_iterator(task->keys, SumsOfOne()),
                              task->unique, task->sums, thrust::equal_to<uint64_t>(), AddSums());
    task->found = static_cast<size_t>(ends.first - task->unique);
    thrust::transform(policy, task->unique, task->unique + task->found, task->sums, task->entry,
                      MakeEntry());
    thrust::stable_sort(policy, task->entry, task->entry + task->found, MoreFrequent());
}

} // namespace

extern "C" void rs_count_device_keys(void *user_data)
{
    rs_key_task *const task = static_cast<rs_key_task *>(user_data);
    task->outcome = RS_KEYS_COUNTED;
    try {
#ifdef __CUDACC__
        count_keys(thrust::cuda::par.on(static_cast<cudaStream_t>(task->stream)), task);
#else
        count_keys(thrust::host, task);
#endif
    } catch (const std::bad_alloc &) {
        task->outcome = RS_KEYS_NO_MEMORY;
    } catch (const std::exception &failure) {
        task->outcome = RS_KEYS_FAILED;
        (void)snprintf(task->text, sizeof task->text, "%s", failure.what());
    } catch (...) {
        task->outcome = RS_KEYS_FAILED;
        (void)snprintf(task->text, sizeof task->text, "an unknown exception");
    }
}
