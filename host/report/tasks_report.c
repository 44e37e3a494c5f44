/* tasks_report.c - what `reassess tasks` prints and writes about the tasks it made. */
#include "report/tasks_report.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/json.h"
#include "base/visible.h"
#include "report/cells.h"
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
    count_sizes(summary->tasks, sizes);
    rs_text_add(out, "\n");
    rs_table_begin(out, 2);
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "candidates", "tasks");
    for (uint64_t size = 1; size <= summary->per_task; ++size) {
        if (sizes[size] > 0) {
            rs_table_row(out);
            rs_table_count(out, size);
            rs_table_count(out, sizes[size]);
        }
    }
    rs_table_end(out);
}

/* PAGE?rater=NAME, where the name may hold anything. */
static void add_link(const rs_tasks_summary *summary, uint32_t rater, rs_text *out)
{
    const rs_span name = rs_name_table_get(&summary->plan->names, rater);
    const char *const slash = strrchr(summary->page, '/');
    rs_text_printf(out, "%s?rater=", slash == NULL ? summary->page : slash + 1);
    for (size_t i = 0; i < name.length; ++i) {
        const unsigned char c = (unsigned char)name.text[i];
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
        rs_text_printf(out, plain ? "%c" : "%%%02X", c);
    }
}

static void add_raters(const rs_tasks_summary *summary, rs_text *out)
{
    const rs_rater_plan *const plan = summary->plan;
    rs_text_printf(out,
                   "\n  every image is rated by %" PRIu32 " of %" PRIu32 " raters, %" PRIu32
                   " golden image%s by all\n\n",
                   plan->per_image, plan->names.count, plan->golden, rs_plural(plan->golden));
    rs_table_begin(out, 2);
    rs_table_column(out, RS_TABLE_KEY, "rater");
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "images", "tasks", "candidates");
    if (summary->page != NULL) {
        rs_table_column(out, RS_TABLE_PROSE, "link");
    }
    for (uint32_t r = 0; r < plan->names.count; ++r) {
        const rs_span name = rs_name_table_get(&plan->names, r);
        rs_table_row(out);
        rs_table_cell(out);
        rs_text_visible(out, name.text, name.length, false);
        rs_table_count(out, rs_rater_plan_images(plan, summary->tasks, r));
        rs_table_count(out, plan->begin[r + 1] - plan->begin[r]);
        rs_table_count(out, rs_rater_plan_candidates(plan, summary->tasks, r));
        if (summary->page != NULL) {
            rs_table_cell(out);
            add_link(summary, r, out);
        }
    }
    rs_table_end(out);
}

static void add_raters_json(const rs_tasks_summary *summary, rs_json *root, rs_text *out)
{
    const rs_rater_plan *const plan = summary->plan;
    rs_text text = {0};
    rs_json_add_integer(root, "per_image", plan->per_image);
    rs_json_add_integer(root, "golden_images", plan->golden);
    rs_json *list = rs_json_add_array(root, "raters");
    for (uint32_t r = 0; r < plan->names.count; ++r) {
        const rs_span name = rs_name_table_get(&plan->names, r);
        rs_json *rater = rs_json_add_object(list, NULL);
        text.length = 0;
        rs_text_append(&text, name.text, name.length);
        rs_json_add_text(rater, "rater", text.data);
        rs_json_add_integer(rater, "images", rs_rater_plan_images(plan, summary->tasks, r));
        rs_json_add_integer(rater, "tasks", plan->begin[r + 1] - plan->begin[r]);
        rs_json_add_integer(rater, "candidates",
                            rs_rater_plan_candidates(plan, summary->tasks, r));
        if (summary->page != NULL) {
            text.length = 0;
            add_link(summary, r, &text);
            rs_json_add_text(rater, "link", text.data);
        }
    }
    rs_text_pass_loss(&text, out);
    rs_text_clear(&text);
}

void rs_tasks_table(const rs_tasks_summary *summary, rs_text *out)
{
    const rs_tasks *made = summary->tasks;
    const uint64_t rated_count = made->images.count;
    rs_text_name(out, summary->candidates->path);
    rs_text_printf(
        out,
        "\n"
        "  %s image%s; on %s all %" PRIu32 " model%s the original label first: not asked\n"
        "  %s image%s to rate: %s candidate%s in %s task%s of at most %" PRIu32 "\n",
        RS_COUNT_TEXT(summary->candidates->images.count),
        rs_plural(summary->candidates->images.count), RS_COUNT_TEXT(summary->agreed),
        summary->candidates->models, summary->candidates->models == 1 ? " answers" : "s answer",
        RS_COUNT_TEXT(rated_count), rs_plural(rated_count), RS_COUNT_TEXT(candidates_asked(made)),
        rs_plural(candidates_asked(made)), RS_COUNT_TEXT(made->count), rs_plural(made->count),
        summary->per_task);
    if (rated_count > 0) {
        rs_text_printf(out, "  %.2f candidates and %.2f tasks an image\n",
                       (double)candidates_asked(made) / (double)rated_count,
                       (double)made->count / (double)rated_count);
    }
    if (summary->nothing > 0) {
        rs_text_printf(out, "  %s image%s no candidate\n", RS_COUNT_TEXT(summary->nothing),
                       summary->nothing == 1 ? " has" : "s have");
    }
    add_sizes(summary, out);
    if (summary->plan != NULL) {
        add_raters(summary, out);
    }
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
    if (summary->plan != NULL) {
        add_raters_json(summary, root, out);
    }
    rs_json_finish(root, out);
}
