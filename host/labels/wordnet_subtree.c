/* wordnet_subtree.c - everything that is a kind of one synset: a walk downwards. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "labels/wordnet.h"

/* The pointers turned round: the hyponyms of s are child[begin[s] .. begin[s + 1]). */
typedef struct hyponyms {
    uint32_t *begin; /* [count + 1] */
    uint32_t *child;
    uint32_t *queue; /* [count] */
} hyponyms;

static void clear(hyponyms *tree)
{
    free(tree->begin);
    free(tree->child);
    free(tree->queue);
}

static rs_status turn_round(const rs_wordnet *wordnet, hyponyms *tree, rs_error *error)
{
    const uint32_t count = rs_wordnet_count(wordnet);
    uint32_t parents = 0;
    RS_TRY(RS_NEW(&tree->begin, (uint64_t)count + 2, "a subtree", error));
    RS_TRY(RS_NEW(&tree->queue, count, "a subtree", error));
    /* begin[p + 2] counts, then begin[p + 1] is where the children of p go, then where they end */
    for (uint32_t s = 0; s < count; ++s) {
        const uint32_t *parent = rs_wordnet_hypernyms(wordnet, s, &parents);
        for (uint32_t i = 0; i < parents; ++i) {
            ++tree->begin[parent[i] + 2];
        }
    }
    for (uint32_t s = 0; s < count; ++s) {
        tree->begin[s + 2] += tree->begin[s + 1];
    }
    RS_TRY(RS_NEW(&tree->child, tree->begin[count + 1], "a subtree", error));
    for (uint32_t s = 0; s < count; ++s) {
        const uint32_t *parent = rs_wordnet_hypernyms(wordnet, s, &parents);
        for (uint32_t i = 0; i < parents; ++i) {
            tree->child[tree->begin[parent[i] + 1]++] = s;
        }
    }
    return RS_OK;
}

/* Each synset enters the queue once: cycles do no harm. */
static void walk(const hyponyms *tree, uint32_t root, bool *below)
{
    uint32_t taken = 0;
    uint32_t put = 0;
    below[root] = true;
    tree->queue[put++] = root;
    while (taken < put) {
        const uint32_t s = tree->queue[taken++];
        for (uint32_t i = tree->begin[s]; i < tree->begin[s + 1]; ++i) {
            const uint32_t child = tree->child[i];
            if (!below[child]) {
                below[child] = true;
                tree->queue[put++] = child;
            }
        }
    }
}

rs_status rs_wordnet_subtree(const rs_wordnet *wordnet, uint32_t root, bool **below,
                             rs_error *error)
{
    hyponyms tree = {0};
    bool *made = NULL;
    rs_status status = RS_OK;
    *below = NULL;
    RS_TRY_DONE(RS_NEW(&made, rs_wordnet_count(wordnet), "a subtree", error));
    RS_TRY_DONE(turn_round(wordnet, &tree, error));
    walk(&tree, root, made);
    *below = made;
    made = NULL;
done:
    free(made);
    clear(&tree);
    return status;
}

rs_status rs_wordnet_find_class(const rs_wordnet *wordnet, const char *id, uint32_t class_index,
                                uint32_t *synset, rs_error *error)
{
    if (id == NULL) {
        return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(),
                       "give --synsets FILE, the synset ids in class order",
                       "the synset ids of the classes are not known");
    }
    const int64_t found = rs_wordnet_find(wordnet, id);
    if (found < 0) {
        return rs_fail(error, RS_MISMATCH, rs_wordnet_path(wordnet), rs_nowhere(),
                       "the synset ids of ImageNet are those of WordNet 3.0",
                       "the synset %s of class %" PRIu32 " is not in WordNet", id, class_index);
    }
    *synset = (uint32_t)found;
    return RS_OK;
}

static rs_status mark_classes(const rs_wordnet *wordnet, const rs_labels *labels, const bool *below,
                              bool *in_subtree, rs_error *error)
{
    const uint32_t classes = rs_labels_get_view(labels)->classes;
    for (uint32_t c = 0; c < classes; ++c) {
        uint32_t synset = 0;
        RS_TRY(rs_wordnet_find_class(wordnet, rs_labels_synset(labels, c), c, &synset, error));
        in_subtree[c] = below[synset];
    }
    return RS_OK;
}

rs_status rs_wordnet_classes(const rs_wordnet *wordnet, const char *root_id,
                             const rs_labels *labels, bool *in_subtree, rs_error *error)
{
    bool *below = NULL;
    const int64_t root = rs_wordnet_find(wordnet, root_id);
    if (root < 0) {
        return rs_fail(error, RS_MISMATCH, rs_wordnet_path(wordnet), rs_nowhere(),
                       "a synset id is n and eight digits, as n00015388 for the animals",
                       "there is no synset %s", root_id);
    }
    RS_TRY(rs_wordnet_subtree(wordnet, (uint32_t)root, &below, error));
    const rs_status status = mark_classes(wordnet, labels, below, in_subtree, error);
    free(below);
    return status;
}
