/* tasks.c - the list of tasks. */
#include "relabel/tasks.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "relabel/task_split.h"

enum { FIRST_TASKS = 256, FIRST_CLASSES = 1024 };

rs_tasks rs_tasks_make(void)
{
    rs_tasks tasks = {0};
    tasks.images.images = true;
    return tasks;
}

void rs_tasks_clear(rs_tasks *tasks)
{
    rs_name_table_clear(&tasks->images);
    free(tasks->image);
    free(tasks->original);
    free(tasks->part);
    free(tasks->parts);
    free(tasks->begin);
    free(tasks->class_index);
    *tasks = rs_tasks_make();
}

static rs_status grow_u32(uint32_t **array, uint64_t count, rs_error *error)
{
    RS_TRY(RS_GROW(&*array, count, "tasks", error));
    return RS_OK;
}

static rs_status grow_tasks(rs_tasks *tasks, uint32_t more, rs_error *error)
{
    if (more > UINT32_MAX / 2 - tasks->count) {
        return rs_fail(error, RS_RANGE, NULL, rs_nowhere(), "ask for fewer images at a time",
                       "there are too many tasks");
    }
    if (tasks->count + more <= tasks->capacity && tasks->begin != NULL) {
        return RS_OK;
    }
    const uint32_t doubled = tasks->capacity == 0 ? FIRST_TASKS : 2 * tasks->capacity;
    const uint32_t wanted = tasks->count + more;
    const uint32_t capacity = doubled > wanted ? doubled : wanted;
    RS_TRY(grow_u32(&tasks->image, capacity, error));
    RS_TRY(RS_GROW(&tasks->original, capacity, "tasks", error));
    RS_TRY(grow_u32(&tasks->part, capacity, error));
    RS_TRY(grow_u32(&tasks->parts, capacity, error));
    RS_TRY(RS_GROW(&tasks->begin, (uint64_t)capacity + 1, "tasks", error));
    tasks->begin[tasks->count] = tasks->count == 0 ? 0 : tasks->begin[tasks->count];
    tasks->capacity = capacity;
    return RS_OK;
}

static rs_status grow_classes(rs_tasks *tasks, uint32_t more, rs_error *error)
{
    const uint64_t used = tasks->count == 0 ? 0 : tasks->begin[tasks->count];
    if (used + more <= tasks->class_capacity) {
        return RS_OK;
    }
    const uint64_t doubled = tasks->class_capacity == 0 ? FIRST_CLASSES : 2 * tasks->class_capacity;
    const uint64_t capacity = doubled > used + more ? doubled : used + more;
    RS_TRY(RS_GROW(&tasks->class_index, capacity, "tasks", error));
    tasks->class_capacity = capacity;
    return RS_OK;
}

rs_status rs_tasks_add(rs_tasks *tasks, rs_task_splitter *splitter, rs_span image,
                       int32_t original, const int32_t *class_index, uint32_t count,
                       rs_error *error)
{
    uint32_t number = 0;
    rs_task_parts parts = {0};
    const uint32_t before = tasks->images.count;
    if (count == 0) {
        return RS_OK;
    }
    RS_TRY(rs_task_split(splitter, class_index, count, &parts, error));
    RS_TRY(rs_name_table_add(&tasks->images, image, &number, error));
    if (tasks->images.count == before) {
        return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(), "name each image once",
                       "the image %s comes twice", RS_SHOW_SPAN(image));
    }
    RS_TRY(grow_tasks(tasks, parts.count, error));
    RS_TRY(grow_classes(tasks, count, error));
    uint64_t used = tasks->begin[tasks->count];
    for (uint32_t part = 0; part < parts.count; ++part) {
        for (uint32_t i = parts.begin[part]; i < parts.begin[part + 1]; ++i) {
            tasks->class_index[used++] = parts.class_index[i];
        }
        tasks->image[tasks->count] = number;
        tasks->original[tasks->count] = original;
        tasks->part[tasks->count] = part + 1;
        tasks->parts[tasks->count] = parts.count;
        tasks->begin[++tasks->count] = used;
    }
    return RS_OK;
}
