/* tasks_report.c - what `reassess tasks` prints and writes about the tasks it made. */
#include "report/tasks_report.h"

#include <inttypes.h>

#include "base/json.h"
#include "report/wording.h"

static uint64_t candidates_asked(const rs_tasks *tasks)
{
    return tasks->count == 0 ? 0 : tasks->begin[tasks->count];
}

static void count_sizes(const rs_tasks *tasks, uint64_t sizes[RS_TASK_CANDIDATES_MAX + 1])
{
    for (uint32_t task = 0; task < tasks->count; ++task) {
        ++sizes[tasks->begin[task + 1] - tasks->begin[task]];
    }
}

static void add_sizes(const rs_tasks_summary *summary, rs_text *out)
{
    uint64_t sizes[RS_TASK_CANDIDATES_MAX + 1] = {0};
    char number[RS_COUNT_TEXT_BYTES];
    count_sizes(summary->tasks, sizes);
    rs_text_printf(out, "\n  candidates  tasks\n");
    for (uint64_t size = 1; size <= summary->per_task; ++size) {
        if (sizes[size] > 0) {
            rs_text_printf(out, "  %10" PRIu64 "  %s\n", size, rs_count_text(sizes[size], number));
        }
    }
}

void rs_tasks_table(const rs_tasks_summary *summary, rs_text *out)
{
    char images[RS_COUNT_TEXT_BYTES];
    char agreed[RS_COUNT_TEXT_BYTES];
    char rated[RS_COUNT_TEXT_BYTES];
    char asked[RS_COUNT_TEXT_BYTES];
    char tasks[RS_COUNT_TEXT_BYTES];
    const rs_tasks *made = summary->tasks;
    const uint64_t rated_count = made->images.count;
    rs_text_printf(
        out,
        "%s\n"
        "  %s image%s; on %s all %" PRIu32 " model%s the original label first: not asked\n"
        "  %s image%s to rate: %s candidate%s in %s task%s of at most %" PRIu32 "\n",
        summary->candidates->path, rs_count_text(summary->candidates->images.count, images),
        rs_plural(summary->candidates->images.count), rs_count_text(summary->agreed, agreed),
        summary->candidates->models, summary->candidates->models == 1 ? " answers" : "s answer",
        rs_count_text(rated_count, rated), rs_plural(rated_count),
        rs_count_text(candidates_asked(made), asked), rs_plural(candidates_asked(made)),
        rs_count_text(made->count, tasks), rs_plural(made->count), summary->per_task);
    if (rated_count > 0) {
        rs_text_printf(out, "  %.2f candidates and %.2f tasks an image\n",
                       (double)candidates_asked(made) / (double)rated_count,
                       (double)made->count / (double)rated_count);
    }
    if (summary->nothing > 0) {
        rs_text_printf(out, "  %s image%s no candidate\n",
                       rs_count_text(summary->nothing, images),
                       summary->nothing == 1 ? " has" : "s have");
    }
    add_sizes(summary, out);
}

void rs_tasks_json(const rs_tasks_summary *summary, rs_text *out)
{
    uint64_t sizes[RS_TASK_CANDIDATES_MAX + 1] = {0};
    rs_json *root = rs_json_object();
    count_sizes(summary->tasks, sizes);
    rs_json_add_text(root, "schema", RS_TASKS_SCHEMA);
    rs_json_add_text(root, "candidates", summary->candidates->path);
    rs_json_add_integer(root, "images", summary->candidates->images.count);
    rs_json_add_integer(root, "agreed", summary->agreed);
    rs_json_add_integer(root, "rated", summary->tasks->images.count);
    rs_json_add_integer(root, "asked", candidates_asked(summary->tasks));
    rs_json_add_integer(root, "tasks", summary->tasks->count);
    rs_json_add_integer(root, "per_task", summary->per_task);
    rs_json *list = rs_json_add_array(root, "tasks_of_size");
    for (uint64_t size = 0; size <= summary->per_task; ++size) {
        rs_json_add_integer(list, NULL, sizes[size]);
    }
    rs_json_finish(root, out);
}
