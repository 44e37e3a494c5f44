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
static rs_status add_encoded(rs_span value, rs_text *out, rs_error *error)
{
    for (size_t i = 0; i < value.length; ++i) {
        const char c = value.text[i];
        if (is_plain(c)) {
            RS_TRY(rs_text_append(out, &c, 1, error));
        } else {
            RS_TRY(rs_text_printf(out, error, "%%%02X", (unsigned)(unsigned char)c));
        }
    }
    return RS_OK;
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

static rs_status add_url(const char *url, const url_field *fields, size_t count, rs_text *out,
                         rs_error *error)
{
    while (*url != '\0') {
        const url_field *field = field_at(url, fields, count);
        if (field == NULL) {
            RS_TRY(rs_text_append(out, url++, 1, error));
        } else {
            RS_TRY(add_encoded(field->value, out, error));
            url += strlen(field->name);
        }
    }
    return RS_OK;
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

rs_status rs_tasks_image_url(const rs_tasks_look *look, rs_span name, rs_text *out, rs_error *error)
{
    const url_field fields[] = {{"{image}", name}, {"{stem}", stem_of(name)}};
    return add_url(look->image_url, fields, sizeof fields / sizeof fields[0], out, error);
}

rs_status rs_tasks_example_url(const rs_tasks_look *look, int32_t class_index, uint32_t number,
                               rs_text *out, rs_error *error)
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
    return add_url(look->example_url, fields, sizeof fields / sizeof fields[0], out, error);
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

static rs_status add_task(const rs_tasks *tasks, uint32_t task, const rs_tasks_look *look,
                          rs_text *line, rs_error *error)
{
    const rs_span image = rs_name_table_get(&tasks->images, tasks->image[task]);
    rs_text scratch = {0};
    rs_json *root = rs_json_object();
    rs_status status = rs_text_printf(&scratch, error, "%.*s#%" PRIu32, (int)image.length,
                                      image.text, tasks->part[task]);
    if (status == RS_OK) {
        rs_json_add_text(root, "task", scratch.data);
        scratch.data[image.length] = '\0';
        rs_json_add_text(root, "image", scratch.data);
        rs_json_add_integer(root, "part", tasks->part[task]);
        rs_json_add_integer(root, "parts", tasks->parts[task]);
    }
    if (status == RS_OK && look->image_url != NULL) {
        scratch.length = 0;
        status = rs_tasks_image_url(look, image, &scratch, error);
        rs_json_add_text(root, "src", scratch.data);
    }
    if (status == RS_OK) {
        add_candidates(root, tasks, task, look->texts);
        status = rs_json_print(root, line, error);
    }
    rs_json_free(root);
    rs_text_clear(&scratch);
    return status == RS_OK ? rs_text_append(line, "\n", 1, error) : status;
}

static rs_status put_tasks(rs_file_writer *writer, const rs_tasks *tasks, const rs_tasks_look *look,
                           rs_error *error)
{
    rs_text line = {0};
    rs_status status = RS_OK;
    for (uint32_t task = 0; task < tasks->count && status == RS_OK; ++task) {
        line.length = 0;
        status = add_task(tasks, task, look, &line, error);
        if (status == RS_OK) {
            status = rs_file_put(writer, line.data, line.length, error);
        }
    }
    rs_text_clear(&line);
    return status;
}

rs_status rs_tasks_write(const char *path, const rs_tasks *tasks, const rs_tasks_look *look,
                         rs_error *error)
{
    rs_file_writer *writer = NULL;
    RS_TRY(rs_file_create(path, &writer, error));
    const rs_status status = put_tasks(writer, tasks, look, error);
    if (status != RS_OK) {
        rs_file_abort(writer);
        return status;
    }
    return rs_file_commit(writer, error);
}
