/* tasks.h - rating tasks: an image, and a few candidates that a rater judges side by side.
 */
#ifndef RS_TASKS_H
#define RS_TASKS_H

#include <stdint.h>

#include "base/file_write.h"
#include "base/text.h"
#include "reassess/status.h"
#include "relabel/name_table.h"
#include "relabel/task_split.h"

/* Task t asks for classes class_index[begin[t] .. begin[t + 1]) of its image. Free with
 * rs_tasks_clear. */
typedef struct rs_tasks {
    rs_name_table images; /* those that are asked for */
    uint32_t count;
    uint32_t *image; /* [count] number in `images` */
    int32_t *original; /* [count] label of the image; negative where it is not known */
    uint32_t *part;  /* [count] from 1 */
    uint32_t *parts; /* [count] of the same image */
    uint64_t *begin; /* [count + 1] */
    int32_t *class_index;
    uint32_t capacity;
    uint64_t class_capacity;
} rs_tasks;

rs_tasks rs_tasks_make(void);
void rs_tasks_clear(rs_tasks *tasks);

/* Appends the tasks of an image that was not asked for yet. Its candidates are distinct classes of
 * the splitter, in any order; without any there is no task. */
rs_status rs_tasks_add(rs_tasks *tasks, rs_task_splitter *splitter, rs_span image,
                       int32_t original, const int32_t *class_index, uint32_t count,
                       rs_error *error);

/* ---- writing ---- */

struct rs_rater_plan;

typedef struct rs_tasks_look {
    const rs_class_texts *texts;
    /* Where a rater's browser finds an image: {image} stands for its file name, {stem} for that
     * without the ending, {class} and {synset} for its original label. NULL: not known. */
    const char *image_url;
    /* The same for example images of a class: {class}, {synset}, {n} from 1 to `examples`. */
    const char *example_url;
    uint32_t examples;
    const char *title;    /* of the page; NULL: "Rating images" */
    const char *question; /* above each image; NULL: "Which of these are in the image?" */
    /* What an answer is called on the page, in the order yes, maybe, no; NULL: "Yes", ... What is
     * exported is yes, maybe, no all the same. */
    const char *const *answers;
    const struct rs_rater_plan *plan; /* who rates what; NULL: whoever opens the page */
    const char *post; /* where the page sends answers; NULL: nowhere */
} rs_tasks_look;

/* One JSON object a line and task:
 * {"task": "a.jpg#1", "image": "a.jpg", "part": 1, "parts": 2, "src": URL,
 *  "candidates": [{"label": 65, "synset": ID, "name": ..., "definition": ..., "usage": ...}]}
 * with the members that are known. */
rs_status rs_tasks_write(const rs_tasks *tasks, const rs_tasks_look *look, rs_file_writer *writer,
                         rs_error *error);

/* The page on which a rater answers them, whole in one file (rating_page.c). RS_MISMATCH when there
 * are none. */
rs_status rs_tasks_write_page(const rs_tasks *tasks, const rs_tasks_look *look,
                              rs_file_writer *writer, rs_error *error);

/* ---- where pictures are (task_look.c) ---- */

/* RS_USAGE when a template has braces that stand for nothing. */
rs_status rs_tasks_look_check(const rs_tasks_look *look, rs_error *error);

/* The same of --images alone; `url` NULL: none. */
rs_status rs_image_url_check(const char *url, rs_error *error);

/* RS_MISMATCH when the pictures lie by original labels, and one is not known. */
rs_status rs_tasks_check_originals(const rs_tasks *tasks, const rs_tasks_look *look,
                                   rs_error *error);

/* Appends the path of the first task's picture to `lost` when it is not there, as far as can be
 * told from where the page will be. */
void rs_tasks_lost_picture(const rs_tasks *tasks, const rs_tasks_look *look, const char *page,
                           rs_text *lost);

/* Where a browser finds the image `name`, whose original label is `original` (negative: not known)
 * and its synset id `synset` (NULL: not known), percent-encoded; appends to `out`. */
void rs_image_url(const char *url, rs_span name, int32_t original, const char *synset,
                  rs_text *out);
/* Appends the path of that picture to `lost` when it is not there, as far as can be told from where
 * the page will be. */
void rs_image_lost(const char *url, rs_span name, int32_t original, const char *synset,
                   const char *page, rs_text *lost);

/* Fill in the templates of the look, as they stand percent-encoded in a URL; append to `out`. */
void rs_tasks_image_url(const rs_tasks_look *look, const rs_tasks *tasks, uint32_t task,
                        rs_text *out);
void rs_tasks_example_url(const rs_tasks_look *look, int32_t class_index, uint32_t number,
                          rs_text *out);

#endif
