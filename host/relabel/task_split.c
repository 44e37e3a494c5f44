/* task_split.c - splits candidates along the tree that task_split.h describes.
 *
 * Every class has a path, its synsets from the root down. Sorted by path, the candidates below any
 * node are neighbours, so a node is a range of them and a depth.
 */
#include "relabel/task_split.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"

/* WordNet's nouns are at most 20 deep; a cycle, which it has none of, ends here. */
enum { DEPTH_MAX = 64 };
#define NO_PART UINT32_MAX

typedef struct part {
    uint32_t size;
    uint32_t into; /* the part it went into, or its own number */
} part;

struct rs_task_splitter {
    uint32_t classes;
    uint32_t per_task;
    uint32_t *path_begin; /* [classes + 1] */
    uint32_t *path;       /* synsets from the root down */
    /* room for one image, [capacity] each */
    uint32_t capacity;
    int32_t *sorted;
    uint32_t *part_of; /* of each candidate */
    part *parts;
    uint32_t part_count;
    uint32_t *order; /* of parts while they are packed */
    uint32_t *begin; /* [capacity + 1] */
    int32_t *result;
};

/* ---- paths ---- */

static uint32_t path_up(const rs_wordnet *wordnet, uint32_t synset, uint32_t up[DEPTH_MAX])
{
    uint32_t length = 0;
    uint32_t parents = 1;
    while (parents > 0 && length < DEPTH_MAX) {
        up[length++] = synset;
        const uint32_t *parent = rs_wordnet_hypernyms(wordnet, synset, &parents);
        synset = parents > 0 ? parent[0] : synset;
    }
    return length;
}

static rs_status make_paths(const rs_class_texts *texts, const rs_wordnet *wordnet,
                            rs_task_splitter *splitter, rs_error *error)
{
    const uint64_t entries = (uint64_t)texts->count * (wordnet == NULL ? 0 : DEPTH_MAX);
    RS_TRY(RS_NEW(&splitter->path_begin, (uint64_t)texts->count + 1, "paths", error));
    RS_TRY(RS_NEW(&splitter->path, entries, "paths", error));
    for (uint32_t c = 0; c < texts->count; ++c) {
        uint32_t at = splitter->path_begin[c];
        if (wordnet != NULL) {
            uint32_t up[DEPTH_MAX];
            for (uint32_t length = path_up(wordnet, texts->synset[c], up); length > 0; --length) {
                splitter->path[at++] = up[length - 1];
            }
        }
        splitter->path_begin[c + 1] = at;
    }
    return RS_OK;
}

static uint32_t path_length(const rs_task_splitter *splitter, int32_t c)
{
    return splitter->path_begin[c + 1] - splitter->path_begin[c];
}

static uint32_t path_at(const rs_task_splitter *splitter, int32_t c, uint32_t depth)
{
    return splitter->path[splitter->path_begin[c] + depth];
}

/* By path, one that ends before those that go on; equal ones by class. */
static int compare_classes(const void *a, const void *b, void *context)
{
    const rs_task_splitter *splitter = context;
    const int32_t left = *(const int32_t *)a;
    const int32_t right = *(const int32_t *)b;
    const uint32_t left_length = path_length(splitter, left);
    const uint32_t right_length = path_length(splitter, right);
    for (uint32_t d = 0; d < left_length && d < right_length; ++d) {
        const uint32_t x = path_at(splitter, left, d);
        const uint32_t y = path_at(splitter, right, d);
        RS_ORDER_BY(x, y);
    }
    RS_ORDER_BY(left_length, right_length);
    return RS_COMPARE(left, right);
}

rs_status rs_task_splitter_make(const rs_class_texts *texts, const rs_wordnet *wordnet,
                                uint32_t per_task, rs_task_splitter **splitter, rs_error *error)
{
    *splitter = NULL;
    rs_task_splitter *made = NULL;
    RS_TRY(RS_NEW(&made, 1, "tasks", error));
    made->classes = texts->count;
    made->per_task = per_task;
    const rs_status status = make_paths(texts, wordnet, made, error);
    if (status != RS_OK) {
        rs_task_splitter_free(made);
        return status;
    }
    *splitter = made;
    return RS_OK;
}

static void free_room(rs_task_splitter *splitter)
{
    free(splitter->sorted);
    free(splitter->part_of);
    free(splitter->parts);
    free(splitter->order);
    free(splitter->begin);
    free(splitter->result);
    splitter->sorted = splitter->result = NULL;
    splitter->part_of = splitter->order = splitter->begin = NULL;
    splitter->parts = NULL;
    splitter->capacity = 0;
}

void rs_task_splitter_free(rs_task_splitter *splitter)
{
    if (splitter == NULL) {
        return;
    }
    free_room(splitter);
    free(splitter->path_begin);
    free(splitter->path);
    free(splitter);
}

static rs_status make_room(rs_task_splitter *splitter, uint32_t count, rs_error *error)
{
    if (count <= splitter->capacity) {
        return RS_OK;
    }
    free_room(splitter);
    RS_TRY(RS_NEW(&splitter->sorted, count, "tasks", error));
    RS_TRY(RS_NEW(&splitter->part_of, count, "tasks", error));
    RS_TRY(RS_NEW(&splitter->parts, count, "tasks", error));
    RS_TRY(RS_NEW(&splitter->order, count, "tasks", error));
    RS_TRY(RS_NEW(&splitter->begin, (uint64_t)count + 1, "tasks", error));
    RS_TRY(RS_NEW(&splitter->result, count, "tasks", error));
    splitter->capacity = count;
    return RS_OK;
}

/* ---- parts ---- */

static void make_part(rs_task_splitter *splitter, uint32_t begin, uint32_t end)
{
    const uint32_t number = splitter->part_count++;
    splitter->parts[number] = (part){end - begin, number};
    for (uint32_t i = begin; i < end; ++i) {
        splitter->part_of[i] = number;
    }
}

/* Candidates that nothing tells apart: parts of equal size, but for one. */
static void make_even_parts(rs_task_splitter *splitter, uint32_t begin, uint32_t end)
{
    const uint32_t most = splitter->per_task > 0 ? splitter->per_task : 1;
    const uint32_t count = (end - begin + most - 1) / most;
    for (uint32_t p = 0; p < count; ++p) {
        const uint32_t left = count - p;
        const uint32_t size = (end - begin + left - 1) / left;
        make_part(splitter, begin, begin + size);
        begin += size;
    }
}

/* The parts from `first` on become fewer: the largest first (the earlier of equal ones), each into
 * the fullest that has room for it. */
static void pack(rs_task_splitter *splitter, uint32_t first)
{
    part *const parts = splitter->parts;
    uint32_t *const order = splitter->order;
    uint32_t count = 0;
    for (uint32_t p = first; p < splitter->part_count; ++p) {
        if (parts[p].into != p) {
            continue;
        }
        uint32_t at = count++;
        for (; at > 0 && parts[order[at - 1]].size < parts[p].size; --at) {
            order[at] = order[at - 1];
        }
        order[at] = p;
    }
    for (uint32_t i = 1; i < count; ++i) {
        uint32_t best = NO_PART;
        for (uint32_t j = 0; j < i; ++j) {
            const part *const into = &parts[order[j]];
            if (into->into == order[j] && into->size + parts[order[i]].size <= splitter->per_task &&
                (best == NO_PART || into->size > parts[best].size)) {
                best = order[j];
            }
        }
        if (best != NO_PART) {
            parts[best].size += parts[order[i]].size;
            parts[order[i]].into = best;
        }
    }
}

/* Candidates begin .. end - 1 have the first `depth` synsets of their paths in common. */
static void split_node(rs_task_splitter *splitter, uint32_t begin, uint32_t end, uint32_t depth)
{
    const int32_t *const sorted = splitter->sorted;
    if (end - begin <= splitter->per_task) {
        make_part(splitter, begin, end);
        return;
    }
    const uint32_t first = splitter->part_count;
    uint32_t at = begin;
    while (at < end && path_length(splitter, sorted[at]) == depth) { /* the node itself */
        ++at;
    }
    if (at > begin) {
        make_even_parts(splitter, begin, at);
    }
    while (at < end) {
        const uint32_t child = path_at(splitter, sorted[at], depth);
        uint32_t next = at + 1;
        while (next < end && path_at(splitter, sorted[next], depth) == child) {
            ++next;
        }
        split_node(splitter, at, next, depth + 1);
        at = next;
    }
    pack(splitter, first);
}

static uint32_t final_part(const rs_task_splitter *splitter, uint32_t candidate)
{
    uint32_t number = splitter->part_of[candidate];
    while (splitter->parts[number].into != number) {
        number = splitter->parts[number].into;
    }
    return number;
}

/* ---- company ---- */

static uint32_t common_depth(const rs_task_splitter *splitter, int32_t a, int32_t b)
{
    uint32_t depth = 0;
    while (depth < path_length(splitter, a) && depth < path_length(splitter, b) &&
           path_at(splitter, a, depth) == path_at(splitter, b, depth)) {
        ++depth;
    }
    return depth;
}

/* How near the candidate is to the nearest of the part. */
static uint32_t nearness(const rs_task_splitter *splitter, uint32_t candidate, uint32_t number,
                         uint32_t count)
{
    uint32_t best = 0;
    for (uint32_t i = 0; i < count; ++i) {
        if (final_part(splitter, i) == number) {
            const uint32_t depth =
                common_depth(splitter, splitter->sorted[candidate], splitter->sorted[i]);
            best = depth > best ? depth : best;
        }
    }
    return best;
}

/* Moves the nearest relative, of equally near ones the first in the tree, out of a part that stays
 * large enough. false: no part can spare one. */
static bool take_relative(rs_task_splitter *splitter, uint32_t number, uint32_t count)
{
    const uint32_t least = rs_task_least(splitter->per_task);
    uint32_t chosen = NO_PART;
    uint32_t best = 0;
    for (uint32_t i = 0; i < count; ++i) {
        const uint32_t from = final_part(splitter, i);
        if (from == number || splitter->parts[from].size <= least) {
            continue;
        }
        const uint32_t depth = nearness(splitter, i, number, count);
        if (chosen == NO_PART || depth > best) {
            chosen = i;
            best = depth;
        }
    }
    if (chosen == NO_PART) {
        return false;
    }
    --splitter->parts[final_part(splitter, chosen)].size;
    ++splitter->parts[number].size;
    splitter->part_of[chosen] = number;
    return true;
}

/* Packing leaves no two parts that would fit into one task, so at most one part is too small, and
 * the others are nearly full. */
static void give_company(rs_task_splitter *splitter, uint32_t count)
{
    const uint32_t least = rs_task_least(splitter->per_task);
    for (uint32_t p = 0; p < splitter->part_count; ++p) {
        while (splitter->parts[p].into == p && splitter->parts[p].size < least &&
               take_relative(splitter, p, count)) {
        }
    }
}

/* Parts in the order of their first candidates, each in the order of the tree. */
static void gather(rs_task_splitter *splitter, uint32_t count, rs_task_parts *parts)
{
    uint32_t *const place = splitter->order; /* of each part, from 1 */
    uint32_t found = 0;
    for (uint32_t p = 0; p < splitter->part_count; ++p) {
        place[p] = 0;
    }
    for (uint32_t i = 0; i < count; ++i) {
        const uint32_t number = final_part(splitter, i);
        if (place[number] == 0) {
            splitter->begin[found++] = splitter->parts[number].size;
            place[number] = found;
        }
    }
    uint32_t begin = 0;
    for (uint32_t p = 0; p <= found; ++p) { /* sizes to where each part begins */
        const uint32_t size = p < found ? splitter->begin[p] : 0;
        splitter->begin[p] = begin;
        begin += size;
    }
    for (uint32_t i = 0; i < count; ++i) {
        const uint32_t p = place[final_part(splitter, i)] - 1;
        splitter->result[splitter->begin[p]++] = splitter->sorted[i];
    }
    for (uint32_t p = found; p > 0; --p) { /* each now ends where the next begins */
        splitter->begin[p] = splitter->begin[p - 1];
    }
    splitter->begin[0] = 0;
    *parts = (rs_task_parts){found, splitter->begin, splitter->result};
}

static rs_status sort_candidates(rs_task_splitter *splitter, const int32_t *class_index,
                                 uint32_t count, rs_error *error)
{
    for (uint32_t i = 0; i < count; ++i) {
        if (class_index[i] < 0 || (uint32_t)class_index[i] >= splitter->classes) {
            return rs_fail(error, RS_RANGE, NULL, rs_nowhere(), "classes are numbered from 0",
                           "there is no class %" PRId32 ", of %" PRIu32, class_index[i],
                           splitter->classes);
        }
        splitter->sorted[i] = class_index[i];
    }
    qsort_r(splitter->sorted, count, sizeof *splitter->sorted, compare_classes, splitter);
    for (uint32_t i = 1; i < count; ++i) {
        if (splitter->sorted[i] == splitter->sorted[i - 1]) {
            return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(), "name each candidate once",
                           "class %" PRId32 " is a candidate twice", splitter->sorted[i]);
        }
    }
    return RS_OK;
}

rs_status rs_task_split(rs_task_splitter *splitter, const int32_t *class_index, uint32_t count,
                        rs_task_parts *parts, rs_error *error)
{
    RS_TRY(make_room(splitter, count, error));
    RS_TRY(sort_candidates(splitter, class_index, count, error));
    splitter->part_count = 0;
    split_node(splitter, 0, count, 0);
    give_company(splitter, count);
    gather(splitter, count, parts);
    return RS_OK;
}
