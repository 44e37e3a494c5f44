/* tasks_write.c - rating tasks as JSON lines. */
#include <inttypes.h>

#include "base/file_write.h"
#include "base/json.h"
#include "relabel/tasks.h"

/* ---- JSON lines ---- */

static void add_known(rs_json *to, const char *name, const char *value)
{
    if (value != NULL) {
        rs_json_add_text(to, name, value);
    }
}

static void add_candidates(rs_json *to, const rs_tasks *tasks, uint32_t task,
                           const rs_class_texts *texts)
{
    rs_json *candidates = rs_json_add_array(to, "candidates");
    for (uint64_t i = tasks->begin[task]; i < tasks->begin[task + 1]; ++i) {
        const int32_t class_index = tasks->class_index[i];
        const rs_class_text *text = &texts->text[class_index];
        rs_json *candidate = rs_json_add_object(candidates, NULL);
        rs_json_add_integer(candidate, "label", (uint64_t)class_index);
        add_known(candidate, "synset", text->id);
        add_known(candidate, "name", text->name);
        add_known(candidate, "definition", text->definition);
        add_known(candidate, "usage", text->usage);
    }
}

static void add_task(const rs_tasks *tasks, uint32_t task, const rs_tasks_look *look, rs_text *line)
{
    const rs_span image = rs_name_table_get(&tasks->images, tasks->image[task]);
    rs_text scratch = {0};
    rs_json *root = rs_json_object();
    rs_text_printf(&scratch, "%.*s#%" PRIu32, (int)image.length, image.text, tasks->part[task]);
    rs_json_add_text(root, "task", scratch.data);
    scratch.length = 0;
    rs_text_append(&scratch, image.text, image.length);
    rs_json_add_text(root, "image", scratch.data);
    rs_json_add_integer(root, "part", tasks->part[task]);
    rs_json_add_integer(root, "parts", tasks->parts[task]);
    if (look->image_url != NULL) {
        scratch.length = 0;
        rs_tasks_image_url(look, tasks, task, &scratch);
        rs_json_add_text(root, "src", scratch.data);
    }
    add_candidates(root, tasks, task, look->texts);
    rs_json_finish(root, line);
    rs_text_pass_loss(&scratch, line);
    rs_text_clear(&scratch);
}

rs_status rs_tasks_write(const rs_tasks *tasks, const rs_tasks_look *look, rs_file_writer *writer,
                         rs_error *error)
{
    rs_text line = {0};
    rs_status status = RS_OK;
    for (uint32_t task = 0; task < tasks->count && status == RS_OK; ++task) {
        line.length = 0;
        add_task(tasks, task, look, &line);
        status = rs_file_put_text(writer, &line, error);
    }
    rs_text_clear(&line);
    return status;
}
