/* Stands in for cuda/key_counts.cu where CCCL's headers are not found. Writes to all the memory
 * that Thrust does, so that a lack of it shows here too. */
#include <algorithm>

#include "cuda/key_task.h"

extern "C" void rs_count_keys_by_library(void *user_data);

extern "C" void rs_count_keys_by_library(void *user_data)
{
    rs_key_task *const task = static_cast<rs_key_task *>(user_data);
    task->outcome = RS_KEYS_COUNTED;
    std::sort(task->keys, task->keys + task->count);
    size_t found = 0;
    for (size_t i = 0; i < task->count; ++i) {
        const uint64_t key = task->keys[i] >> RS_KEY_MARKS;
        if (found == 0 || task->unique[found - 1] != key) {
            task->unique[found] = key;
            task->sums[found] = {0, {0, 0}};
            found += 1;
        }
        rs_key_sums &sums = task->sums[found - 1];
        sums.count += 1;
        sums.marked[0] += task->keys[i] & 1;
        sums.marked[1] += task->keys[i] >> 1 & 1;
    }
    for (size_t i = 0; i < found; ++i) {
        const rs_key_sums &sums = task->sums[i];
        task->entry[i] = {task->unique[i], sums.count, {sums.marked[0], sums.marked[1]}};
    }
    task->found = found;
    std::stable_sort(
        task->entry, task->entry + found,
        [](const rs_key_count &a, const rs_key_count &b) { return a.count > b.count; });
}
