/* set_list.c - collects images and their labels, and puts them in order. */
#include "labels/set_list.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"

void rs_set_list_begin(const rs_set_context *context, rs_set_list *list)
{
    *list = (rs_set_list){.context = context};
}

void rs_set_list_clear(rs_set_list *list)
{
    free(list->image);
    free(list->row);
    free(list->begin);
    free(list->class_index);
    *list = (rs_set_list){.context = list->context};
}

/* ---- images ---- */

static rs_status make_room(rs_set_list *list)
{
    rs_error *const error = list->context->error;
    if (list->images < list->image_room) {
        return RS_OK;
    }
    const uint64_t room = 2 * list->image_room + 1024;
    if (room >= INT32_MAX) {
        return rs_fail(error, RS_RANGE, list->context->file, rs_nowhere(), NULL,
                       "too many images");
    }
    RS_TRY(RS_GROW(&list->image, room, "label sets", error));
    RS_TRY(RS_GROW(&list->row, room, "label sets", error));
    RS_TRY(RS_GROW(&list->begin, room + 1, "label sets", error));
    list->image_room = room;
    return RS_OK;
}

static rs_status begin_image(rs_set_list *list, rs_span name, uint32_t row, uint64_t line)
{
    RS_TRY(make_room(list));
    list->image[list->images] = (rs_named_row){
        .name = name,
        .number = rs_ilsvrc_number(name),
        .label = (int32_t)list->images,
        .line = line,
    };
    list->row[list->images] = row;
    list->begin[list->images] = list->labels;
    list->images += 1;
    list->begin[list->images] = list->labels;
    return RS_OK;
}

rs_status rs_set_list_image(rs_set_list *list, rs_span name, rs_place place, uint64_t line)
{
    const rs_set_context *const context = list->context;
    int32_t number = 0;
    const rs_span base = rs_base_name(name);
    const rs_set_key key = rs_span_integer(base, &number) ? RS_KEY_ROW : RS_KEY_NAME;
    if (base.length == 0 || number < 0 || (key == RS_KEY_ROW && number >= (1 << 24))) {
        return rs_fail(context->error, RS_FORMAT, context->file, place,
                       "name images by their files, or by their rows from 0", "%s names no image",
                       RS_SHOW_SPAN(name));
    }
    if (list->key != RS_KEY_UNKNOWN && list->key != key) {
        return rs_fail(context->error, RS_FORMAT, context->file, place,
                       "use one of them in the whole file",
                       "%s: file names and row numbers are mixed", RS_SHOW_SPAN(name));
    }
    list->key = key;
    return begin_image(list, base, (uint32_t)number, line);
}

rs_status rs_set_list_next(rs_set_list *list, uint64_t line)
{
    list->key = RS_KEY_ROW;
    list->unnamed = true;
    return begin_image(list, (rs_span){"", 0}, (uint32_t)list->images, line);
}

/* ---- labels ---- */

rs_status rs_set_list_class(rs_set_list *list, int32_t class_index)
{
    if (list->labels == list->label_room) {
        const uint64_t room = 2 * list->label_room + 1024;
        if (room > UINT32_MAX) {
            return rs_fail(list->context->error, RS_RANGE, list->context->file, rs_nowhere(), NULL,
                           "too many labels");
        }
        RS_TRY(RS_GROW(&list->class_index, room, "labels", list->context->error));
        list->label_room = room;
    }
    list->class_index[list->labels++] = class_index;
    list->begin[list->images] = list->labels;
    return RS_OK;
}

static rs_status fail_label(const rs_set_context *context, rs_span label, rs_place place)
{
    const char *const text = RS_SHOW_SPAN(label);
    if (context->ids->count == 0) {
        return rs_fail(context->error, RS_FORMAT, context->file, place,
                       rs_synsets_advice,
                       "%s is not a class index", text);
    }
    return rs_fail(context->error, RS_FORMAT, context->file, place,
                   "write class indices, or synset ids of the class list",
                   "%s is neither a class index nor a synset id of the class list", text);
}

rs_status rs_set_list_label(rs_set_list *list, rs_span label, rs_place place)
{
    const rs_set_context *const context = list->context;
    int32_t class_index = 0;
    if (!rs_span_integer(label, &class_index)) {
        class_index = rs_class_list_find(context->ids, label);
        if (class_index < 0) {
            return fail_label(context, label, place);
        }
    } else if (class_index < -1 || class_index >= (int32_t)context->class_limit) {
        return rs_fail(context->error, RS_RANGE, context->file, place,
                       "classes are counted from 0 in the order of the sorted synset ids; is this "
                       "file made for other classes?",
                       "class %s is not below the number of classes, %" PRIu32, RS_SHOW_SPAN(label),
                       context->class_limit);
    }
    return class_index < 0 ? RS_OK : rs_set_list_class(list, class_index);
}

rs_status rs_set_list_close_image(rs_set_list *list, rs_place place, bool merge)
{
    const rs_set_context *const context = list->context;
    const uint64_t begin = list->begin[list->images - 1];
    uint64_t kept = begin;
    rs_sort_classes(list->class_index + begin, list->labels - begin);
    for (uint64_t k = begin; k < list->labels; ++k) {
        const bool again = k > begin && list->class_index[k] == list->class_index[kept - 1];
        if (again && !merge) {
            return rs_fail(context->error, RS_FORMAT, context->file, place,
                           "a set holds each class once; remove the second",
                           "class %" PRId32 " stands twice in the set of image %" PRIu64
                           " of the file",
                           list->class_index[k], list->images - 1);
        }
        if (!again) {
            list->class_index[kept++] = list->class_index[k];
        }
    }
    list->labels = kept;
    list->begin[list->images] = kept;
    if (context->purpose == RS_SETS_ORIGINAL && kept - begin > 1) {
        return rs_fail(context->error, RS_FORMAT, context->file, place,
                       "an image came with one label; sets of labels go to --real",
                       "image %" PRIu64 " of the file has %" PRIu64 " labels", list->images - 1,
                       kept - begin);
    }
    return RS_OK;
}

/* ---- the whole ---- */

RS_SORTS(compare_numbers, rs_named_row)
{
    RS_ORDER_BY(left->number, right->number);
    return RS_COMPARE(left->line, right->line);
}

/* Images by row number: `number` serves as the key. */
static rs_status sort_by_row(rs_set_list *list)
{
    const rs_set_context *const context = list->context;
    for (uint64_t i = 0; i < list->images; ++i) {
        list->image[i].number = list->row[i];
    }
    qsort(list->image, (size_t)list->images, sizeof *list->image, compare_numbers);
    for (uint64_t i = 1; i < list->images; ++i) {
        const rs_named_row *const a = &list->image[i - 1];
        const rs_named_row *const b = &list->image[i];
        if (a->number == b->number) {
            return rs_fail(context->error, RS_FORMAT, context->file, rs_at_line(b->line),
                           "name each image once",
                           "row %" PRIu32 " stands on line %" PRIu64 " already", b->number,
                           a->line);
        }
    }
    const uint64_t last = list->image[list->images - 1].number;
    if (list->image[0].number == 1 && last == list->images) {
        return rs_fail(context->error, RS_FORMAT, context->file, rs_at_line(list->image[0].line),
                       "count rows from 0, or name the files",
                       "the images are numbered from 1 to %" PRIu64, last);
    }
    return RS_OK;
}

/* The sets in the order of the images; rows that are not listed have none. */
static rs_status copy_sets(const rs_set_list *list, uint32_t rows, rs_real_sets *sets)
{
    rs_error *const error = list->context->error;
    RS_TRY(RS_NEW(&sets->begin, (uint64_t)rows + 1, "label sets", error));
    RS_TRY(RS_NEW(&sets->class_index, list->labels, "labels", error));
    uint64_t next = 0;
    uint64_t used = 0;
    for (uint32_t row = 0; row < rows; ++row) {
        sets->begin[row] = (uint32_t)used;
        if (list->key == RS_KEY_ROW && list->image[next].number != row) {
            continue;
        }
        const uint64_t place = (uint64_t)list->image[next].label;
        for (uint64_t k = list->begin[place]; k < list->begin[place + 1]; ++k) {
            const int32_t class_index = list->class_index[k];
            sets->class_index[used++] = class_index;
            sets->largest = class_index > sets->largest ? class_index : sets->largest;
        }
        ++next;
    }
    sets->begin[rows] = (uint32_t)used;
    sets->rows = rows;
    return RS_OK;
}

rs_status rs_set_list_finish(rs_set_list *list, rs_real_sets *sets)
{
    const rs_set_context *const context = list->context;
    *sets = (rs_real_sets){.largest = -1};
    rs_status status = RS_OK;
    uint64_t rows = list->images;
    if (list->images == 0) {
        return rs_fail(context->error, RS_FORMAT, context->file, rs_nowhere(),
                       "is it the right file?", "the file holds no images");
    }
    if (list->key == RS_KEY_ROW) {
        RS_TRY_DONE(sort_by_row(list));
        rows = (uint64_t)list->image[list->images - 1].number + 1;
    } else {
        RS_TRY_DONE(rs_named_rows_sort(context->file, list->image, list->images, context->error));
        RS_TRY_DONE(
            rs_file_names_make(list->image, list->images, &sets->names, context->error));
    }
    sets->listed = list->unnamed ? 0 : (uint32_t)list->images;
    RS_TRY_DONE(copy_sets(list, (uint32_t)rows, sets));
done:
    if (status != RS_OK) {
        rs_real_sets_clear(sets);
    }
    rs_set_list_clear(list);
    return status;
}
