/* rating_page.c - the page of page/rating_page.html, with the tasks put into it.
 *
 * The files of page/ are part of the program. The tasks go in as JSON in which "<" is spelled
 * \u003c, so that no text of theirs can end the element that holds them.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/file_write.h"
#include "base/hash.h"
#include "base/json.h"
#include "relabel/rater_plan.h"
#include "relabel/tasks.h"

extern const char rs_rating_page_html[];
extern const char rs_rating_page_css[];
extern const char rs_rating_page_js[];
extern const char rs_rating_answers_js[];
extern const char rs_rating_tasks_js[];
extern const char rs_rating_zoom_js[];
extern const char rs_rating_guide_js[];

static const char default_title[] = "Rating images";
static const char default_question[] = "Which of these are in the image?";
static const char *const default_answers[] = {"Yes", "Maybe", "No"};

/* ---- the data ---- */

static void add_examples(rs_json *to, const rs_tasks_look *look, int32_t class_index, rs_text *url)
{
    if (look->example_url == NULL || look->examples == 0) {
        return;
    }
    rs_json *examples = rs_json_add_array(to, "examples");
    for (uint32_t n = 1; n <= look->examples; ++n) {
        url->length = 0;
        rs_tasks_example_url(look, class_index, n, url);
        rs_json_add_text(examples, NULL, url->data);
    }
}

static void add_class(rs_json *to, const rs_tasks_look *look, int32_t class_index, rs_text *url)
{
    char key[16];
    const rs_class_text *text = &look->texts->text[class_index];
    (void)snprintf(key, sizeof key, "%" PRId32, class_index);
    rs_json *about = rs_json_add_object(to, key);
    rs_json_add_text(about, "name", text->name);
    if (text->definition != NULL) {
        rs_json_add_text(about, "definition", text->definition);
    }
    if (text->usage != NULL) {
        rs_json_add_text(about, "usage", text->usage);
    }
    add_examples(about, look, class_index, url);
}

/* Only classes that are asked for. */
static rs_status add_classes(rs_json *root, const rs_tasks *tasks, const rs_tasks_look *look,
                             rs_text *url, rs_error *error)
{
    rs_json *classes = rs_json_add_object(root, "classes");
    const uint64_t asked = tasks->count == 0 ? 0 : tasks->begin[tasks->count];
    bool *wanted = NULL;
    RS_TRY(RS_NEW(&wanted, look->texts->count, "classes", error));
    for (uint64_t i = 0; i < asked; ++i) {
        wanted[tasks->class_index[i]] = true;
    }
    for (uint32_t c = 0; c < look->texts->count; ++c) {
        if (wanted[c]) {
            add_class(classes, look, (int32_t)c, url);
        }
    }
    free(wanted);
    return RS_OK;
}

/* [image, part, parts, [labels], src] */
static void add_task(rs_json *to, const rs_tasks *tasks, uint32_t task, const rs_tasks_look *look,
                     rs_text *scratch)
{
    const rs_span image = rs_name_table_get(&tasks->images, tasks->image[task]);
    rs_json *entry = rs_json_add_array(to, NULL);
    scratch->length = 0;
    rs_text_append(scratch, image.text, image.length);
    rs_json_add_text(entry, NULL, scratch->data);
    rs_json_add_integer(entry, NULL, tasks->part[task]);
    rs_json_add_integer(entry, NULL, tasks->parts[task]);
    rs_json *labels = rs_json_add_array(entry, NULL);
    for (uint64_t i = tasks->begin[task]; i < tasks->begin[task + 1]; ++i) {
        rs_json_add_integer(labels, NULL, (uint64_t)tasks->class_index[i]);
    }
    if (look->image_url != NULL) {
        scratch->length = 0;
        rs_tasks_image_url(look, tasks, task, scratch);
        rs_json_add_text(entry, NULL, scratch->data);
    }
}

/* [[name, [task, ...]], ...] */
static void add_raters(rs_json *root, const rs_rater_plan *plan, rs_text *scratch)
{
    rs_json *raters = plan == NULL ? NULL : rs_json_add_array(root, "raters");
    for (uint32_t r = 0; plan != NULL && r < plan->names.count; ++r) {
        const rs_span name = rs_name_table_get(&plan->names, r);
        rs_json *rater = rs_json_add_array(raters, NULL);
        scratch->length = 0;
        rs_text_append(scratch, name.text, name.length);
        rs_json_add_text(rater, NULL, scratch->data);
        rs_json *list = rs_json_add_array(rater, NULL);
        for (uint64_t i = plan->begin[r]; i < plan->begin[r + 1]; ++i) {
            rs_json_add_integer(list, NULL, plan->task[i]);
        }
    }
}

/* Answers are kept under an id that follows from all that is asked. */
static void add_id(rs_json *root, const rs_tasks *tasks)
{
    const uint64_t asked = tasks->count == 0 ? 0 : tasks->begin[tasks->count];
    const uint64_t hashes[] = {
        rs_hash(tasks->images.text,
                tasks->images.count == 0 ? 0 : tasks->images.begin[tasks->images.count]),
        rs_hash(tasks->image, tasks->count * sizeof *tasks->image),
        rs_hash(tasks->begin, tasks->count * sizeof *tasks->begin),
        rs_hash(tasks->class_index, asked * sizeof *tasks->class_index),
    };
    rs_json_add_text(root, "id", RS_HASH_TEXT(rs_hash(hashes, sizeof hashes)));
}

static rs_status make_data(const rs_tasks *tasks, const rs_tasks_look *look, rs_text *out,
                           rs_error *error)
{
    rs_text scratch = {0};
    rs_json *root = rs_json_object();
    const char *const *answers = look->answers == NULL ? default_answers : look->answers;
    add_id(root, tasks);
    rs_json_add_text(root, "title", look->title == NULL ? default_title : look->title);
    rs_json_add_text(root, "question", look->question == NULL ? default_question : look->question);
    rs_json *faces = rs_json_add_array(root, "answers");
    for (size_t i = 0; i < 3; ++i) {
        rs_json_add_text(faces, NULL, answers[i]);
    }
    rs_status status = add_classes(root, tasks, look, &scratch, error);
    rs_json *list = rs_json_add_array(root, "tasks");
    for (uint32_t task = 0; task < tasks->count; ++task) {
        add_task(list, tasks, task, look, &scratch);
    }
    add_raters(root, look->plan, &scratch);
    if (look->post != NULL) {
        rs_json_add_text(root, "post", look->post);
    }
    rs_json_print(root, out);
    rs_text_pass_loss(&scratch, out);
    if (status == RS_OK) {
        status = rs_text_check(out, error);
    }
    rs_json_free(root);
    rs_text_clear(&scratch);
    return status;
}

/* ---- the page ---- */

static rs_status put_data(rs_file_writer *writer, const char *json, size_t length, rs_error *error)
{
    const char *const end = json + length;
    while (json < end) {
        const char *const less = memchr(json, '<', (size_t)(end - json));
        const char *const stop = less == NULL ? end : less;
        RS_TRY(rs_file_put(writer, json, (size_t)(stop - json), error));
        if (less != NULL) {
            RS_TRY(rs_file_put(writer, "\\u003c", 6, error));
        }
        json = less == NULL ? end : less + 1;
    }
    return RS_OK;
}

/* Copies the page up to `mark`, which is skipped. */
static rs_status put_until(rs_file_writer *writer, const char **at, const char *mark,
                           rs_error *error)
{
    const char *const found = strstr(*at, mark);
    const size_t length = found == NULL ? strlen(*at) : (size_t)(found - *at);
    RS_TRY(rs_file_put(writer, *at, length, error));
    *at += length + (found == NULL ? 0 : strlen(mark));
    return RS_OK;
}

/* What of page/ goes where; the data come between. */
static const struct page_part {
    const char *mark;
    const char *text;
} before_data[] = {{"<!--style-->", rs_rating_page_css}},
  after_data[] = {{"<!--tasks-->", rs_rating_tasks_js},
                  {"<!--answers-->", rs_rating_answers_js},
                  {"<!--zoom-->", rs_rating_zoom_js},
                  {"<!--guide-->", rs_rating_guide_js},
                  {"<!--script-->", rs_rating_page_js}};

static rs_status put_parts(rs_file_writer *writer, const char **at, const struct page_part *part,
                           size_t count, rs_error *error)
{
    for (size_t i = 0; i < count; ++i) {
        RS_TRY(put_until(writer, at, part[i].mark, error));
        RS_TRY(rs_file_put(writer, part[i].text, strlen(part[i].text), error));
    }
    return RS_OK;
}

static rs_status put_page(rs_file_writer *writer, const rs_tasks_look *look, const rs_text *data,
                          rs_error *error)
{
    const char *at = rs_rating_page_html;
    const char *const post = look->post == NULL ? "'none'" : look->post;
    RS_TRY(put_until(writer, &at, "<!--connect-->", error));
    RS_TRY(rs_file_put(writer, post, strlen(post), error));
    RS_TRY(put_parts(writer, &at, before_data, sizeof before_data / sizeof *before_data, error));
    RS_TRY(put_until(writer, &at, "<!--data-->", error));
    RS_TRY(put_data(writer, data->data, data->length, error));
    RS_TRY(put_parts(writer, &at, after_data, sizeof after_data / sizeof *after_data, error));
    return rs_file_put(writer, at, strlen(at), error);
}

rs_status rs_tasks_write_page(const rs_tasks *tasks, const rs_tasks_look *look,
                              rs_file_writer *writer, rs_error *error)
{
    rs_text data = {0};
    if (tasks->count == 0) {
        return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(), NULL,
                       "there is no task to make a page of");
    }
    rs_status status = RS_OK;
    RS_TRY_DONE(make_data(tasks, look, &data, error));
    status = put_page(writer, look, &data, error);
done:
    rs_text_clear(&data);
    return status;
}
