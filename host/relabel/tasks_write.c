/* tasks_write.c - rating tasks as JSON lines, and the places of images. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file_write.h"
#include "base/json.h"
#include "relabel/tasks.h"

/* ---- templates ---- */

/* What "{name}" in a template stands for. */
typedef struct url_field {
    const char *name;
    rs_span value;
} url_field;

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~/", c) != NULL);
}

/* Everything else percent-encoded, so that "#" or "?" in a file name stay part of it. */
static void add_encoded(rs_span value, rs_text *out)
{
    for (size_t i = 0; i < value.length; ++i) {
        const char c = value.text[i];
        if (is_plain(c)) {
            rs_text_append(out, &c, 1);
        } else {
            rs_text_printf(out, "%%%02X", (unsigned)(unsigned char)c);
        }
    }
}

static const url_field *field_at(const char *at, const url_field *fields, size_t count)
{
    for (size_t i = 0; i < count; ++i) {
        const size_t length = strlen(fields[i].name);
        if (strncmp(at, fields[i].name, length) == 0) {
            return &fields[i];
        }
    }
    return NULL;
}

static void add_url(const char *url, const url_field *fields, size_t count, rs_text *out)
{
    while (*url != '\0') {
        const url_field *field = field_at(url, fields, count);
        if (field == NULL) {
            rs_text_append(out, url++, 1);
        } else {
            add_encoded(field->value, out);
            url += strlen(field->name);
        }
    }
}

/* Without the last ending of the file name. */
static rs_span stem_of(rs_span name)
{
    for (size_t i = name.length; i > 1; --i) {
        const char c = name.text[i - 1];
        if (c == '/') {
            break;
        }
        if (c == '.' && name.text[i - 2] != '/') {
            return (rs_span){name.text, i - 1};
        }
    }
    return name;
}

void rs_tasks_image_url(const rs_tasks_look *look, rs_span name, rs_text *out)
{
    const url_field fields[] = {{"{image}", name}, {"{stem}", stem_of(name)}};
    add_url(look->image_url, fields, sizeof fields / sizeof fields[0], out);
}

void rs_tasks_example_url(const rs_tasks_look *look, int32_t class_index, uint32_t number,
                          rs_text *out)
{
    char class_digits[16];
    char number_digits[16];
    const char *id = look->texts->text[class_index].id;
    (void)snprintf(class_digits, sizeof class_digits, "%" PRId32, class_index);
    (void)snprintf(number_digits, sizeof number_digits, "%" PRIu32, number);
    const char *synset = id == NULL ? "" : id;
    const url_field fields[] = {{"{class}", {class_digits, strlen(class_digits)}},
                                {"{synset}", {synset, strlen(synset)}},
                                {"{n}", {number_digits, strlen(number_digits)}}};
    add_url(look->example_url, fields, sizeof fields / sizeof fields[0], out);
}

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
        rs_tasks_image_url(look, image, &scratch);
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
