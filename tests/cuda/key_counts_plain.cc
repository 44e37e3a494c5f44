/* Stands in for cuda/key_counts.cu where CCCL's headers are not found. */
#include <algorithm>

#include "cuda/key_task.h"

extern "C" void rs_count_keys_by_library(void *user_data);

extern "C" void rs_count_keys_by_library(void *user_data)
{
    rs_key_task *const task = static_cast<rs_key_task *>(user_data);
    task->outcome = RS_KEYS_COUNTED;
    task->found = 0;
    std::sort(task->keys, task->keys + task->count);
    for (size_t i = 0; i < task->count; ++i) {
        const uint64_t key = task->keys[i];
        if (task->found == 0 || task->entry[task->found - 1].key != key >> RS_KEY_MARKS) {
            task->entry[task->found++] = {key >> RS_KEY_MARKS, 0, {0, 0}};
        }
        rs_key_count &entry = task->entry[task->found - 1];
        entry.count += 1;
        entry.marked[0] += key & 1;
        entry.marked[1] += key >> 1 & 1;
    }
    std::stable_sort(
        task->entry, task->entry + task->found,
        [](const rs_key_count &a, const rs_key_count &b) { return a.count > b.count; });
}
