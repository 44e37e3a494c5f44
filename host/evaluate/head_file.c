/* head_file.c - heads from files: a matrix, and a vector beside it or in a file of its own. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/row_value.h"
#include "base/text.h"
#include "evaluate/evaluator_impl.h"
#include "formats/input.h"
#include "reassess/heads.h"

enum { FIRST_BYTES = 64 << 20 };

struct rs_head_file {
    rs_head head;
    char *weight_path;
    char *bias_path;
    void *weight;
    double *bias;
};

rs_status rs_head_path_split(const char *text, char **path, const char **tensor, rs_error *error)
{
    *tensor = NULL;
    RS_TRY(rs_copy_text(path, text, error));
    char *const mark = strrchr(*path, '#');
    if (mark != NULL && mark != *path && access(text, F_OK) != 0) {
        *mark = '\0';
        *tensor = mark + 1;
    }
    return RS_OK;
}

static rs_status open_array(const char *text, bool vector, const volatile sig_atomic_t *stop,
                            rs_source **source, rs_error *error)
{
    char *path = NULL;
    const char *tensor = NULL;
    *source = NULL;
    RS_TRY(rs_head_path_split(text, &path, &tensor, error));
    const rs_source_options options = {.tensor = tensor, .vector = vector, .stop = stop};
    const rs_status status = rs_source_open(path, &options, source, error);
    free(path);
    return status;
}

/* Room for `room` rows, the first `kept` bytes as they are. */
static rs_status grow(void **values, uint64_t kept, uint64_t room, size_t row_bytes,
                      rs_error *error)
{
    void *more = NULL;
    RS_TRY(rs_alloc_aligned(&more, room, row_bytes, "a head", error));
    if (kept > 0) {
        memcpy(more, *values, kept);
    }
    free(*values);
    *values = more;
    return RS_OK;
}

static rs_status check_rows(const rs_source_info *info, rs_error *error)
{
    if (info->rows == RS_ROWS_UNKNOWN || info->rows > RS_MAX_COLUMNS) {
        return rs_fail(error, RS_RANGE, rs_shown_path(info->path), rs_nowhere(),
                       "a head is C x D, a row for each class",
                       "a head of up to %u classes can be read", RS_MAX_COLUMNS);
    }
    return RS_OK;
}

/* All of it, tightly packed. */
static rs_status read_all(rs_source *source, const rs_source_info *info, void **values,
                          rs_error *error)
{
    uint64_t got = 0;
    RS_TRY(check_rows(info, error));
    /* A member of an archive says how many rows it has, not that they are there: room is made for
     * twice what has come. Nearly every head comes at once. */
    uint64_t rows = 0;
    uint64_t room = FIRST_BYTES / info->row_bytes + 1;
    while (rows < info->rows) {
        room = room < info->rows ? room : info->rows;
        RS_TRY(grow(values, rows * info->row_bytes, room, (size_t)info->row_bytes, error));
        RS_TRY(rs_source_read(source, rows, room - rows,
                              (uint8_t *)*values + rows * info->row_bytes, &got, error));
        rows += got;
        if (rows < room) {
            return rs_fail(error, RS_FORMAT, rs_shown_path(info->path), rs_at_row(rows),
                           "copy the file again", "the head ends here, %" PRIu64 " rows early",
                           info->rows - rows);
        }
        room *= 2;
    }
    return RS_OK;
}

static rs_status take_weight(rs_head_file *file, rs_source *source, rs_error *error)
{
    const rs_source_info *const info = rs_source_get_info(source);
    if (info->content != RS_CONTENT_LOGITS) {
        return rs_fail(error, RS_UNSUPPORTED, rs_shown_path(info->path), rs_nowhere(),
                       "a head is C x D floats", "integers are no weights of a head");
    }
    RS_TRY(read_all(source, info, &file->weight, error));
    file->head = (rs_head){
        .classes = (uint32_t)info->rows,
        .features = (uint32_t)info->columns,
        .dtype = info->dtype,
        .weight = file->weight,
    };
    return RS_OK;
}

static rs_status take_bias(rs_head_file *file, rs_source *source, rs_error *error)
{
    const rs_source_info *const info = rs_source_get_info(source);
    const uint64_t rows = info->rows;
    void *values = NULL;
    rs_status status = RS_OK;
    if (rows != file->head.classes) {
        return rs_fail(error, RS_MISMATCH, rs_shown_path(info->path), rs_nowhere(),
                       "a bias has a number for each class, a row of the weight",
                       "%" PRIu64 " numbers in the bias, but the weight has %" PRIu32 " rows",
                       rows, file->head.classes);
    }
    RS_TRY_DONE(read_all(source, info, &values, error));
    RS_TRY_DONE(RS_NEW(&file->bias, rows, "a bias", error));
    for (uint32_t c = 0; c < rows; ++c) {
        file->bias[c] = rs_row_value(info->dtype, values, c);
    }
    file->head.bias = file->bias;
done:
    free(values);
    return status;
}

static rs_status load_weight(rs_head_file *file, const volatile sig_atomic_t *stop, rs_error *error)
{
    rs_source *source = NULL;
    RS_TRY(open_array(file->weight_path, false, stop, &source, error));
    const rs_status status = take_weight(file, source, error);
    rs_source_close(source);
    return status;
}

static rs_status load_bias(rs_head_file *file, const char *path, const volatile sig_atomic_t *stop,
                           rs_error *error)
{
    rs_source *source = NULL;
    RS_TRY(open_array(path, true, stop, &source, error));
    const rs_status status = take_bias(file, source, error);
    rs_source_close(source);
    return status == RS_OK ? rs_copy_text(&file->bias_path, path, error) : status;
}

/* Whether FILE#NAME names an array. */
static bool is_there(const char *text, bool vector, const volatile sig_atomic_t *stop)
{
    rs_source *source = NULL;
    rs_error ignored = {0};
    const rs_status status = open_array(text, vector, stop, &source, &ignored);
    rs_source_close(source);
    return status == RS_OK;
}

/* FILE#NAME may be short for FILE#NAME.weight, as layers name theirs. */
static rs_status name_weight(rs_head_file *file, const char *text,
                             const volatile sig_atomic_t *stop, rs_error *error)
{
    char *path = NULL;
    char *layer = NULL;
    const char *tensor = NULL;
    rs_status status = RS_OK;
    RS_TRY(rs_copy_text(&file->weight_path, text, error));
    RS_TRY_DONE(rs_head_path_split(text, &path, &tensor, error));
    if (tensor != NULL && !is_there(text, false, stop)) {
        RS_TRY_DONE(rs_format_text(&layer, error, "%s.weight", text));
        if (is_there(layer, false, stop)) {
            free(file->weight_path);
            file->weight_path = layer;
            layer = NULL;
        }
    }
done:
    free(layer);
    free(path);
    return status;
}

/* Of FILE#...weight the bias is FILE#...bias, where there is one: *bias, or NULL. */
static rs_status find_own_bias(const rs_head_file *file, const volatile sig_atomic_t *stop,
                               char **bias, rs_error *error)
{
    static const char ending[] = "weight";
    const size_t length = strlen(file->weight_path);
    const size_t stem = length > sizeof ending ? length - (sizeof ending - 1) : 0;
    *bias = NULL;
    if (stem == 0 || strcmp(file->weight_path + stem, ending) != 0 ||
        strchr(file->weight_path, '#') == NULL) {
        return RS_OK;
    }
    RS_TRY(rs_format_text(bias, error, "%.*sbias", (int)stem, file->weight_path));
    if (!is_there(*bias, true, stop)) {
        free(*bias);
        *bias = NULL;
    }
    return RS_OK;
}

/* The only vector in the weight's file; no vector is no bias, several are an error. */
static rs_status find_bias(rs_head_file *file, const volatile sig_atomic_t *stop, rs_error *error)
{
    char *path = NULL;
    const char *tensor = NULL;
    rs_error ignored = {0};
    RS_TRY(rs_head_path_split(file->weight_path, &path, &tensor, error));
    rs_source *source = NULL;
    const rs_source_options options = {.vector = true, .stop = stop};
    rs_status status = rs_source_open(path, &options, &source, &ignored);
    rs_source_close(source);
    if (status == RS_OK) {
        status = load_bias(file, path, stop, error);
    } else if (status == RS_USAGE) {
        status =
            rs_fail(error, RS_USAGE, path, rs_nowhere(),
                    "say which is the bias: --head FILE#WEIGHT,FILE#BIAS", "%s", ignored.reason);
    } else {
        status = RS_OK;
    }
    free(path);
    return status;
}

static rs_status load(rs_head_file *file, const char *weight_path, const char *bias_path,
                      const volatile sig_atomic_t *stop, rs_error *error)
{
    RS_REFUSE(strcmp(weight_path, "-") == 0 || (bias_path != NULL && strcmp(bias_path, "-") == 0),
              error, "save the head to a file", "a head cannot come from standard input");
    char *own_bias = NULL;
    RS_TRY(name_weight(file, weight_path, stop, error));
    RS_TRY(load_weight(file, stop, error));
    if (bias_path != NULL) {
        return load_bias(file, bias_path, stop, error);
    }
    RS_TRY(find_own_bias(file, stop, &own_bias, error));
    const rs_status status =
        own_bias != NULL ? load_bias(file, own_bias, stop, error) : find_bias(file, stop, error);
    free(own_bias);
    return status;
}

rs_status rs_head_load(const char *weight_path, const char *bias_path,
                       const volatile sig_atomic_t *stop, rs_head_file **file, rs_error *error)
{
    RS_NEED(file, error);
    *file = NULL;
    RS_NEED(weight_path, error);
    rs_head_file *made = NULL;
    RS_TRY(RS_NEW(&made, 1, "a head", error));
    const rs_status status = load(made, weight_path, bias_path, stop, error);
    if (status != RS_OK) {
        rs_head_free(made);
        return status;
    }
    *file = made;
    return RS_OK;
}

const rs_head *rs_head_get(const rs_head_file *file)
{
    return file != NULL ? &file->head : NULL;
}

const char *rs_head_weight_path(const rs_head_file *file)
{
    return file != NULL ? file->weight_path : NULL;
}

const char *rs_head_bias_path(const rs_head_file *file)
{
    return file != NULL ? file->bias_path : NULL;
}

void rs_head_free(rs_head_file *file)
{
    if (file == NULL) {
        return;
    }
    free(file->weight_path);
    free(file->bias_path);
    free(file->weight);
    free(file->bias);
    free(file);
}
