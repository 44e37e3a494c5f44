/* task_look.c - where a rater's browser finds pictures: templates, and what can go wrong with them
 * before a rater sees it.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "relabel/tasks.h"

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

static void add_url(const char *url, const url_field *fields, size_t count, bool plain,
                    rs_text *out)
{
    while (*url != '\0') {
        const url_field *field = field_at(url, fields, count);
        if (field == NULL) {
            rs_text_append(out, url++, 1);
        } else if (plain) {
            rs_text_append(out, field->value.text, field->value.length);
            url += strlen(field->name);
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

static const char *const image_fields[] = {"{image}", "{stem}", "{class}", "{synset}"};
static const char *const example_fields[] = {"{class}", "{synset}", "{n}"};
#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *synset_of(const rs_tasks_look *look, int32_t class_index)
{
    const char *id = class_index < 0 ? NULL : look->texts->text[class_index].id;
    return id == NULL ? "" : id;
}

/* As they stand in a URL, or as a file is called. */
static void add_image(const char *url, rs_span name, int32_t original, const char *synset,
                      bool plain, rs_text *out)
{
    char digits[16];
    (void)snprintf(digits, sizeof digits, "%" PRId32, original);
    const char *const id = synset == NULL ? "" : synset;
    const rs_span values[] = {name, stem_of(name), {digits, strlen(digits)}, {id, strlen(id)}};
    url_field fields[COUNT(image_fields)];
    for (size_t i = 0; i < COUNT(image_fields); ++i) {
        fields[i] = (url_field){image_fields[i], values[i]};
    }
    add_url(url, fields, COUNT(image_fields), plain, out);
}

void rs_image_url(const char *url, rs_span name, int32_t original, const char *synset,
                  rs_text *out)
{
    add_image(url, name, original, synset, false, out);
}

void rs_tasks_image_url(const rs_tasks_look *look, const rs_tasks *tasks, uint32_t task,
                        rs_text *out)
{
    add_image(look->image_url, rs_name_table_get(&tasks->images, tasks->image[task]),
              tasks->original[task], synset_of(look, tasks->original[task]), false, out);
}

void rs_tasks_example_url(const rs_tasks_look *look, int32_t class_index, uint32_t number,
                          rs_text *out)
{
    char class_digits[16];
    char number_digits[16];
    const char *const synset = synset_of(look, class_index);
    (void)snprintf(class_digits, sizeof class_digits, "%" PRId32, class_index);
    (void)snprintf(number_digits, sizeof number_digits, "%" PRIu32, number);
    const url_field fields[] = {{example_fields[0], {class_digits, strlen(class_digits)}},
                                {example_fields[1], {synset, strlen(synset)}},
                                {example_fields[2], {number_digits, strlen(number_digits)}}};
    add_url(look->example_url, fields, COUNT(fields), false, out);
}

/* ---- checks ---- */

static bool is_field(const char *at, const char *const *fields, size_t count)
{
    for (size_t i = 0; i < count; ++i) {
        if (strncmp(at, fields[i], strlen(fields[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* What is in braces and stands for nothing is a slip, and would be a picture that nobody finds. */
static rs_status check_braces(const char *option, const char *url, const char *const *fields,
                              size_t count, rs_error *error)
{
    for (const char *at = url == NULL ? NULL : strchr(url, '{'); at != NULL;
         at = strchr(at + 1, '{')) {
        if (!is_field(at, fields, count)) {
            const size_t length = strcspn(at, "}");
            return rs_fail(error, RS_USAGE, NULL, rs_nowhere(),
                           fields == image_fields ? "{image}, {stem}, {class} and {synset} do"
                                                  : "{class}, {synset} and {n} do",
                           "%s: %.*s stands for nothing", option,
                           (int)(at[length] == '}' ? length + 1 : length), at);
        }
    }
    return RS_OK;
}

/* It goes into the page's policy, where some signs would end it. */
static rs_status check_post(const char *url, rs_error *error)
{
    const bool is_web = url != NULL &&
                        (strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0);
    if (url == NULL || (is_web && strpbrk(url, " ;,'\"<>&?#\t\r\n") == NULL)) {
        return RS_OK;
    }
    return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "as in https://host/answers",
                   "--post %.200s is not the http address of a place", url);
}

rs_status rs_image_url_check(const char *url, rs_error *error)
{
    return check_braces("--images", url, image_fields, COUNT(image_fields), error);
}

rs_status rs_tasks_look_check(const rs_tasks_look *look, rs_error *error)
{
    RS_TRY(check_post(look->post, error));
    RS_TRY(rs_image_url_check(look->image_url, error));
    return check_braces("--examples", look->example_url, example_fields, COUNT(example_fields),
                        error);
}

rs_status rs_tasks_check_originals(const rs_tasks *tasks, const rs_tasks_look *look,
                                   rs_error *error)
{
    const bool synset = look->image_url != NULL && strstr(look->image_url, "{synset}") != NULL;
    if (!synset && (look->image_url == NULL || strstr(look->image_url, "{class}") == NULL)) {
        return RS_OK;
    }
    for (uint32_t task = 0; task < tasks->count; ++task) {
        const int32_t original = tasks->original[task];
        if (original < 0) {
            const rs_span image = rs_name_table_get(&tasks->images, tasks->image[task]);
            return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(),
                           "leave {class} and {synset} out of --images",
                           "the original label of image %s is not known, in whose folder --images "
                           "looks for it",
                           RS_SHOW_SPAN(image));
        }
        if (synset && look->texts->text[original].id == NULL) {
            return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(),
                           "give --synsets, to reassess propose for candidates",
                           "--images asks for the {synset} of class %" PRId32
                           ", which is not known",
                           original);
        }
    }
    return RS_OK;
}

void rs_image_lost(const char *url, rs_span name, int32_t original, const char *synset,
                   const char *page, rs_text *lost)
{
    const char *const slash = strrchr(page, '/');
    rs_text path = {0};
    if (url == NULL || url[0] == '/' || strpbrk(url, "?#%:") != NULL || strcmp(page, "-") == 0) {
        return; /* on some server, or cannot be told */
    }
    rs_text_append(&path, page, slash == NULL ? 0 : (size_t)(slash - page) + 1);
    add_image(url, name, original, synset, true, &path);
    if (path.lost == NULL && path.length > 0 && access(path.data, F_OK) != 0) {
        rs_text_append(lost, path.data, path.length);
    }
    rs_text_pass_loss(&path, lost);
    rs_text_clear(&path);
}

void rs_tasks_lost_picture(const rs_tasks *tasks, const rs_tasks_look *look, const char *page,
                           rs_text *lost)
{
    if (tasks->count > 0) {
        rs_image_lost(look->image_url, rs_name_table_get(&tasks->images, tasks->image[0]),
                      tasks->original[0], synset_of(look, tasks->original[0]), page, lost);
    }
}
