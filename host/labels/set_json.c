/* set_json.c - JSON that is no real.json. */
#include "labels/set_json.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "labels/json_scan.h"

static const char *const form_advice =
    "give a JSON object of images, {\"NAME.JPEG\": [65, 66], ...}, with class indices or synset "
    "ids, or an array with one array an image";

static const char annotations[] = "initial_annots";
static const char problematic[] = "problematic_images";

typedef struct parser {
    rs_json_scan scan;
    rs_set_list *list;
    bool ilsvrc; /* an image of the validation set was among them */
    const uint8_t *problems; /* the value of problematic_images; NULL: there is none */
} parser;

/* ---- the labels of one image ---- */

static rs_status read_label(parser *p)
{
    rs_span label;
    (void)rs_json_scan_peek(&p->scan);
    const rs_place place = rs_json_scan_place(&p->scan);
    RS_TRY(rs_json_scan_scalar(&p->scan, &label));
    return rs_set_list_label(p->list, label, place);
}

/* One label, or an array of them. */
static rs_status read_labels(parser *p)
{
    rs_json_scan *const scan = &p->scan;
    if (rs_json_scan_peek(scan) != '[') {
        return read_label(p);
    }
    bool more = false;
    RS_TRY(rs_json_scan_open(scan, '[', &more));
    while (more) {
        RS_TRY(read_label(p));
        RS_TRY(rs_json_scan_more(scan, ']', &more));
    }
    return RS_OK;
}

static bool is_right(rs_span name)
{
    return rs_span_equal(name, "correct") || rs_span_equal(name, "unclear") ||
           rs_span_equal(name, "correct_multi_labels") ||
           rs_span_equal(name, "unclear_multi_labels");
}

/* {"correct": [...], "wrong": [...], "unclear": [...]}; others are not looked at. */
static rs_status read_judged(parser *p)
{
    rs_json_scan *const scan = &p->scan;
    bool more = false;
    RS_TRY(rs_json_scan_open(scan, '{', &more));
    while (more) {
        rs_span name;
        RS_TRY(rs_json_scan_name(scan, &name));
        if (is_right(name)) {
            RS_TRY(read_labels(p));
        } else {
            RS_TRY(rs_json_scan_skip(scan));
        }
        RS_TRY(rs_json_scan_more(scan, '}', &more));
    }
    return RS_OK;
}

static rs_status read_image(parser *p, rs_span name, rs_place place)
{
    RS_TRY(rs_set_list_image(p->list, name, place, rs_json_scan_line(&p->scan)));
    p->ilsvrc = p->ilsvrc || rs_ilsvrc_number(rs_base_name(name)) != 0;
    const bool judged = rs_json_scan_peek(&p->scan) == '{';
    RS_TRY(judged ? read_judged(p) : read_labels(p));
    return rs_set_list_close_image(p->list, place, judged);
}

/* ---- objects ---- */

/* Each member of an object: its name and where that stands; the scan is before the value. */
typedef rs_status (*member_reader)(parser *p, rs_span name, rs_place place);

static rs_status read_object(parser *p, member_reader read)
{
    rs_json_scan *const scan = &p->scan;
    bool more = false;
    RS_TRY(rs_json_scan_open(scan, '{', &more));
    while (more) {
        rs_span name;
        (void)rs_json_scan_peek(scan);
        const rs_place place = rs_json_scan_place(scan);
        RS_TRY(rs_json_scan_name(scan, &name));
        RS_TRY(read(p, name, place));
        RS_TRY(rs_json_scan_more(scan, '}', &more));
    }
    return RS_OK;
}

/* A file of annotations: the images are in one member, and others are about other things. */
static rs_status read_part(parser *p, rs_span name, rs_place place)
{
    (void)place;
    if (rs_span_equal(name, annotations)) {
        return read_object(p, read_image);
    }
    if (rs_span_equal(name, problematic)) {
        (void)rs_json_scan_peek(&p->scan);
        p->problems = p->scan.at;
    }
    return rs_json_scan_skip(&p->scan);
}

/* Whether the object has a member of this name. */
static rs_status has_member(const parser *p, const char *wanted, bool *found)
{
    parser look = *p;
    *found = false;
    bool more = false;
    RS_TRY(rs_json_scan_open(&look.scan, '{', &more));
    while (more && !*found) {
        rs_span name;
        RS_TRY(rs_json_scan_name(&look.scan, &name));
        *found = rs_span_equal(name, wanted);
        RS_TRY(rs_json_scan_skip(&look.scan));
        RS_TRY(rs_json_scan_more(&look.scan, '}', &more));
    }
    return RS_OK;
}

/* The annotations are of the validation set and of another one (ImageNetV2), whose images are not
 * named alike. */
static void drop_others(parser *p)
{
    rs_set_list *const list = p->list;
    uint64_t kept = 0;
    for (uint64_t i = 0; i < list->images; ++i) {
        if (!p->ilsvrc || list->image[i].number != 0) {
            list->image[kept++] = list->image[i];
        }
    }
    list->images = kept;
}

/* ---- arrays ---- */

static rs_status read_array(parser *p)
{
    rs_json_scan *const scan = &p->scan;
    bool more = false;
    RS_TRY(rs_json_scan_open(scan, '[', &more));
    while (more) {
        (void)rs_json_scan_peek(scan);
        const rs_place place = rs_json_scan_place(scan);
        RS_TRY(rs_set_list_next(p->list, rs_json_scan_line(scan)));
        RS_TRY(read_labels(p));
        RS_TRY(rs_set_list_close_image(p->list, place, false));
        RS_TRY(rs_json_scan_more(scan, ']', &more));
    }
    return RS_OK;
}

/* ---- problematic images ---- */

typedef struct emptier {
    rs_real_sets *sets;
    bool *empty; /* [rows] */
} emptier;

static void empty_image(const emptier *e, rs_span name)
{
    const int64_t row = rs_file_names_find(&e->sets->names, rs_base_name(name));
    if (row >= 0) { /* images of other sets are named too */
        e->empty[row] = true;
    }
}

/* The names are those of an object's members, or the texts of an array. */
static rs_status read_problems(rs_json_scan *scan, const emptier *e)
{
    const bool object = rs_json_scan_peek(scan) == '{';
    const char close = object ? '}' : ']';
    bool more = false;
    RS_TRY(rs_json_scan_open(scan, object ? '{' : '[', &more));
    while (more) {
        rs_span name;
        RS_TRY(object ? rs_json_scan_name(scan, &name) : rs_json_scan_text(scan, &name));
        if (object) {
            RS_TRY(rs_json_scan_skip(scan));
        }
        empty_image(e, name);
        RS_TRY(rs_json_scan_more(scan, close, &more));
    }
    return RS_OK;
}

static void remove_empty(const emptier *e)
{
    rs_real_sets *const sets = e->sets;
    uint32_t used = 0;
    sets->largest = -1;
    for (uint32_t row = 0; row < sets->rows; ++row) {
        const uint32_t begin = sets->begin[row];
        sets->begin[row] = used;
        for (uint32_t k = begin; k < sets->begin[row + 1] && !e->empty[row]; ++k) {
            const int32_t class_index = sets->class_index[k];
            sets->class_index[used++] = class_index;
            sets->largest = class_index > sets->largest ? class_index : sets->largest;
        }
    }
    sets->begin[sets->rows] = used;
}

static rs_status empty_problematic(const parser *p, rs_real_sets *sets, rs_error *error)
{
    emptier e = {.sets = sets};
    rs_json_scan scan = p->scan;
    if (p->problems == NULL || sets->names.rows == 0) {
        return RS_OK;
    }
    RS_TRY(RS_NEW(&e.empty, sets->rows, "problematic images", error));
    scan.at = p->problems;
    const rs_status status = read_problems(&scan, &e);
    remove_empty(&e);
    free(e.empty);
    return status;
}

/* ---- the whole ---- */

static rs_status read_file(parser *p)
{
    bool annotated = false;
    if (rs_json_scan_peek(&p->scan) == '[') {
        RS_TRY(read_array(p));
        return rs_json_scan_end(&p->scan);
    }
    RS_TRY(has_member(p, annotations, &annotated));
    RS_TRY(read_object(p, annotated ? read_part : read_image));
    if (annotated) {
        drop_others(p);
    }
    return rs_json_scan_end(&p->scan);
}

rs_status rs_set_json_parse(const rs_set_context *context, const uint8_t *data, size_t size,
                            rs_real_sets *sets)
{
    rs_set_list list;
    parser p = {.list = &list};
    rs_status status = RS_OK;
    *sets = (rs_real_sets){.largest = -1};
    rs_set_list_begin(context, &list);
    rs_json_scan_begin(context->file, data, size, form_advice, &p.scan, context->error);
    RS_TRY_DONE(read_file(&p));
    RS_TRY_DONE(rs_set_list_finish(&list, sets));
    RS_TRY_DONE(empty_problematic(&p, sets, context->error));
done:
    if (status != RS_OK) {
        rs_real_sets_clear(sets);
    }
    rs_set_list_clear(&list);
    return status;
}
