/* slices.c - groups, and those that need no file. */
#include "labels/slices.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "labels/label_bytes.h"
#include "labels/wordnet.h"

/* What ImageNet's classes are told apart by. A class is in every one that it is a kind of. */
static const struct {
    const char *id;
    const char *name;
} superclasses[] = {
    {"n00015388", "animal"},       {"n02084071", "dog"},        {"n02121620", "cat"},
    {"n01861778", "mammal"},       {"n01503061", "bird"},       {"n01661091", "reptile"},
    {"n01627424", "amphibian"},    {"n02512053", "fish"},       {"n01767661", "arthropod"},
    {"n02159955", "insect"},       {"n00017222", "plant"},      {"n00021265", "food"},
    {"n03183080", "device"},       {"n03575240", "instrumentality"},
    {"n04524313", "vehicle"},      {"n03094503", "container"},  {"n03122748", "covering"},
    {"n03051540", "clothing"},     {"n03405725", "furniture"},  {"n03800933", "musical instrument"},
    {"n04341686", "structure"},    {"n00021939", "artifact"},
    {"n09287968", "geological formation"},
};

void rs_slices_clear(rs_slices *slices)
{
    for (uint32_t g = 0; g < slices->count; ++g) {
        free(slices->group[g].by);
        free(slices->group[g].name);
    }
    free(slices->group);
    free(slices->member);
    *slices = (rs_slices){0};
}

static rs_status copy_span(rs_span span, char **copy, rs_error *error)
{
    RS_TRY(RS_NEW(copy, span.length + 1, "a name", error));
    memcpy(*copy, span.text, span.length);
    return RS_OK;
}

rs_status rs_slices_group(rs_slices *slices, rs_span by, rs_span name, uint32_t *group,
                          rs_error *error)
{
    for (uint32_t g = 0; g < slices->count; ++g) {
        if (rs_span_equal(name, slices->group[g].name) && rs_span_equal(by, slices->group[g].by)) {
            *group = g;
            return RS_OK;
        }
    }
    if (slices->count == RS_SLICE_GROUPS_MAX) {
        return rs_fail(error, RS_RANGE, NULL, rs_nowhere(),
                       "leave out columns of numbers, which are no groups",
                       "more than %d groups of images", RS_SLICE_GROUPS_MAX);
    }
    if (slices->count == slices->group_room) {
        const uint32_t room = 2 * slices->group_room + 16;
        RS_TRY(RS_GROW(&slices->group, room, "groups", error));
        slices->group_room = room;
    }
    rs_slice_group *const made = &slices->group[slices->count];
    *made = (rs_slice_group){0};
    rs_status status = RS_OK;
    RS_TRY_DONE(copy_span(by, &made->by, error));
    RS_TRY_DONE(copy_span(name, &made->name, error));
    *group = slices->count++;
    return RS_OK;
done:
    free(made->by);
    free(made->name);
    return status;
}

rs_status rs_slices_put(rs_slices *slices, uint32_t image, uint32_t group, rs_error *error)
{
    RS_TRY(
        RS_ROOM(&slices->member, slices->members, &slices->member_room, "groups of images", error));
    slices->member[slices->members].image = image;
    slices->member[slices->members].group = group;
    slices->members += 1;
    return RS_OK;
}

static rs_span span_of(const char *text)
{
    return (rs_span){text, strlen(text)};
}

/* ---- how many labels an image has ---- */

static rs_status add_label_counts(const rs_labels *labels, rs_slices *slices, rs_error *error)
{
    static const char *const names[] = {"0", "1", "2", "3 and more"};
    enum { MOST = sizeof names / sizeof names[0] - 1 };
    const rs_label_view *const view = rs_labels_get_view(labels);
    uint32_t group[MOST + 1];
    for (uint32_t n = 0; n <= MOST; ++n) {
        RS_TRY(rs_slices_group(slices, span_of("labels"), span_of(names[n]), &group[n], error));
    }
    for (uint64_t i = 0; i < view->rows; ++i) {
        const uint32_t size = view->real_begin[i + 1] - view->real_begin[i];
        RS_TRY(rs_slices_put(slices, (uint32_t)i, group[size < MOST ? size : MOST], error));
    }
    return RS_OK;
}

/* ---- WordNet ---- */

static rs_status add_superclass(size_t s, const rs_wordnet *wordnet, const rs_labels *labels,
                                bool *below, rs_slices *slices, rs_error *error)
{
    const rs_label_view *const view = rs_labels_get_view(labels);
    uint32_t group = 0;
    bool any = false;
    memset(below, 0, view->classes * sizeof *below);
    RS_TRY(rs_wordnet_classes(wordnet, superclasses[s].id, labels, below, error));
    for (uint64_t i = 0; i < view->rows; ++i) {
        if (view->original[i] < 0 || !below[view->original[i]]) {
            continue;
        }
        if (!any) { /* no empty groups */
            RS_TRY(rs_slices_group(slices, span_of("superclass"), span_of(superclasses[s].name),
                                   &group, error));
            any = true;
        }
        RS_TRY(rs_slices_put(slices, (uint32_t)i, group, error));
    }
    return RS_OK;
}

static rs_status add_superclasses(const rs_labels *labels, rs_slices *slices, rs_error *error)
{
    rs_wordnet *wordnet = NULL;
    bool *below = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_wordnet_load(NULL, &wordnet, error));
    RS_TRY_DONE(RS_NEW(&below, rs_labels_get_view(labels)->classes, "classes", error));
    for (size_t s = 0; s < sizeof superclasses / sizeof superclasses[0]; ++s) {
        RS_TRY_DONE(add_superclass(s, wordnet, labels, below, slices, error));
    }
done:
    free(below);
    rs_wordnet_free(wordnet);
    return status;
}

static int compare_members(const void *a, const void *b)
{
    return memcmp(a, b, 2 * sizeof(uint32_t)); /* any order will do */
}

/* Each pair once: a file may say twice that an image is in a group. */
static void drop_repeats(rs_slices *slices)
{
    uint64_t kept = 0;
    if (slices->members > 1) {
        qsort(slices->member, (size_t)slices->members, sizeof *slices->member, compare_members);
    }
    for (uint64_t m = 0; m < slices->members; ++m) {
        if (kept == 0 || compare_members(&slices->member[m], &slices->member[kept - 1]) != 0) {
            slices->member[kept++] = slices->member[m];
        }
    }
    slices->members = kept;
}

static rs_status add_file(const char *path, const rs_labels *labels, rs_slices *slices,
                          rs_error *error)
{
    rs_label_bytes bytes;
    RS_TRY(rs_label_bytes_open(path, &bytes, error));
    const rs_status status = rs_slices_parse(path, bytes.data, bytes.size, labels, slices, error);
    rs_label_bytes_close(&bytes);
    return status;
}

rs_status rs_slices_add(const char *what, const rs_labels *labels, rs_slices *slices,
                        rs_error *error)
{
    if (strcmp(what, "labels") == 0) {
        RS_TRY(add_label_counts(labels, slices, error));
    } else if (strcmp(what, "superclass") == 0) {
        RS_TRY(add_superclasses(labels, slices, error));
    } else {
        RS_TRY(add_file(what, labels, slices, error));
    }
    drop_repeats(slices);
    return RS_OK;
}
