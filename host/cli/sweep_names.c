/* sweep_names.c - parts of names behind _, - and /, from the end, as long as all have the same.
 *
 * A number alone and the data sets of timm's tags (in1k) are no such parts, nor is anything with a
 * dot in it: they say something of the model, be it of all models.
 *
 * What names were used before decides first, so that a sweep that goes on, with more files or with
 * fewer, finds what it has done: a whole name that has a record in the folder is kept, and then
 * nobody's end is cut; a beginning of a name whose record was made from this very file is used
 * again; and a record of another file is not replaced for a shorter name.
 */
#include "cli/sweep_names.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "report/record_read.h"
#include "sweep/result_folder.h"

static bool is_number(const char *text, size_t length)
{
    return length > 0 && strspn(text, "0123456789") >= length;
}

/* in1k, in21k */
static bool is_data_set(const char *text, size_t length)
{
    return length > 3 && strncmp(text, "in", 2) == 0 && text[length - 1] == 'k' &&
           is_number(text + 2, length - 3);
}

/* How long the name is without its last part; 0 where that part stays. */
static size_t without_part(const char *name, size_t length)
{
    size_t at = length;
    while (at > 0 && strchr("_-/", name[at - 1]) == NULL) {
        --at;
    }
    const char *const part = name + at;
    const size_t bytes = length - at;
    const bool stays = is_number(part, bytes) || is_data_set(part, bytes) ||
                       memchr(part, '.', bytes) != NULL;
    return at == 0 || stays ? 0 : at - 1;
}

static bool ends_with(const char *name, const char *end)
{
    const size_t length = strlen(name);
    const size_t bytes = strlen(end);
    return length > bytes && strcmp(name + length - bytes, end) == 0;
}

/* The longest end that all names have and none consists of. */
static const char *common_end(const rs_swept_name *names, size_t count)
{
    const char *const first = names[0].model->name;
    size_t length = strlen(first);
    bool all = count > 1;
    while (all) {
        const size_t next = without_part(first, length);
        all = next > 0;
        for (size_t i = 1; all && i < count; ++i) {
            all = ends_with(names[i].model->name, first + next);
        }
        length = all ? next : length;
    }
    return first + length;
}

/* ---- what the folder knows ---- */

typedef enum found { NOTHING, ANOTHER, THIS } found;

/* The end of the path that the name was made of. */
static const char *named_end(const char *path, const char *name)
{
    size_t folders = 0;
    for (const char *at = name; *at != '\0'; ++at) {
        folders += *at == '/';
    }
    const char *end = path + strlen(path);
    for (; end > path; --end) {
        if (end[-1] == '/' && folders-- == 0) {
            break;
        }
    }
    return end;
}

/* Whether both paths end alike, as far as the name goes, or lead to one place: the first of files
 * that were moved, the other of links. */
static bool is_same_file(const rs_model *model, const char *then)
{
    const char *const end = named_end(model->paths[0], model->name);
    if (strcmp(then, end) == 0 ||
        (ends_with(then, end) && then[strlen(then) - strlen(end) - 1] == '/')) {
        return true;
    }
    char *const place = realpath(model->paths[0], NULL);
    char *const place_then = realpath(then, NULL);
    const bool same = place != NULL && place_then != NULL && strcmp(place, place_then) == 0;
    free(place);
    free(place_then);
    return same;
}

/* Whose record the first `length` bytes of the name have. A record that cannot be read is taken for
 * the model's own: it will be made anew. What can be no name is taken. */
static rs_status look_up(const rs_model *model, size_t length, const char *folder,
                         const rs_row_range *range, found *whose, rs_error *error)
{
    char *name = NULL;
    rs_result_files files = {0};
    rs_record record = {0};
    rs_error unreadable = {0};
    rs_status status = RS_OK;
    *whose = NOTHING;
    RS_TRY_DONE(rs_format_text(&name, error, "%.*s", (int)length, model->name));
    if (rs_result_files_make(folder, name, range, &files, &unreadable) != RS_OK) {
        *whose = ANOTHER;
    } else if (access(files.record, F_OK) == 0) {
        const bool other = rs_record_load(files.record, &record, &unreadable) == RS_OK &&
                           record.input.path != NULL &&
                           !is_same_file(model, record.input.path);
        *whose = other ? ANOTHER : THIS;
    }
done:
    rs_record_clear(&record);
    rs_result_files_clear(&files);
    free(name);
    return status;
}

/* The name that this model's results have: the whole one, or the longest beginning. */
static rs_status find_earlier(rs_swept_name *one, const char *folder, const rs_row_range *range,
                              bool *whole, rs_error *error)
{
    const size_t all = strlen(one->model->name);
    one->bytes = 0;
    for (size_t length = all; length > 0; length = without_part(one->model->name, length)) {
        found whose = NOTHING;
        RS_TRY(look_up(one->model, length, folder, range, &whose, error));
        if (length == all ? whose != NOTHING : whose == THIS) {
            *whole = *whole || length == all;
            one->bytes = length;
            return RS_OK;
        }
    }
    return RS_OK;
}

/* Whether some model's shorter name has a record of another file. */
static rs_status is_taken(const rs_swept_name *names, size_t count, size_t lost, const char *folder,
                          const rs_row_range *range, bool *taken, rs_error *error)
{
    for (size_t i = 0; i < count && !*taken; ++i) {
        found whose = NOTHING;
        if (names[i].bytes == 0) {
            RS_TRY(look_up(names[i].model, strlen(names[i].model->name) - lost, folder, range,
                           &whose, error));
        }
        *taken = whose == ANOTHER;
    }
    return RS_OK;
}

rs_status rs_sweep_names_find(rs_swept_name *names, size_t count, const char *folder,
                              const rs_row_range *range, const char **common, rs_error *error)
{
    bool whole = false;
    *common = "";
    for (size_t i = 0; i < count; ++i) {
        RS_TRY(find_earlier(&names[i], folder, range, &whole, error));
    }
    const char *end = count == 0 || whole ? "" : common_end(names, count);
    bool taken = false;
    if (end[0] != '\0') {
        RS_TRY(is_taken(names, count, strlen(end), folder, range, &taken, error));
    }
    end = taken ? "" : end;
    for (size_t i = 0; i < count; ++i) {
        if (names[i].bytes == 0) {
            names[i].bytes = strlen(names[i].model->name) - strlen(end);
            *common = end;
        }
    }
    return RS_OK;
}
