/* task_split.h - the parts of one image's candidates, each for a task of its own.
 *
 * An image with more candidates than a task may hold is split along WordNet's hierarchy, so that
 * what is easily confused is judged together: candidates are the leaves of a tree (each synset
 * hangs below its first hypernym, `@` or `@i`); from the leaves up, the candidates below a node
 * make one part if they fit into a task, else the parts of its kinds are packed, the largest
 * first, each into the fullest part that still has room. What is left over alone, or in a part of
 * fewer than rs_task_least, gets company: the nearest relatives out of parts that can spare them.
 * Without WordNet parts are of equal size, in class order.
 */
#ifndef RS_TASK_SPLIT_H
#define RS_TASK_SPLIT_H

#include <stdint.h>

#include "labels/wordnet.h"
#include "reassess/status.h"
#include "relabel/class_texts.h"

enum { RS_TASK_CANDIDATES = 8, RS_TASK_CANDIDATES_MAX = 64 };

/* The fewest candidates of a part of an image that is split: whoever is asked of one alone has
 * nothing to hold it against. 3, and fewer where a task holds so few that this cannot be. */
static inline uint32_t rs_task_least(uint32_t per_task)
{
    return per_task >= 6 ? 3 : per_task >= 3 ? 2 : 1;
}

/* Knows the tree, and has room to work in. */
typedef struct rs_task_splitter rs_task_splitter;

/* The tree is that of `wordnet` and the synsets of `texts`; `wordnet` is NULL for class order.
 * `per_task`: 1 .. RS_TASK_CANDIDATES_MAX. *splitter is NULL on failure. */
rs_status rs_task_splitter_make(const rs_class_texts *texts, const rs_wordnet *wordnet,
                                uint32_t per_task, rs_task_splitter **splitter, rs_error *error);
void rs_task_splitter_free(rs_task_splitter *splitter); /* NULL is fine */

/* Part p is class_index[begin[p] .. begin[p + 1]). Lies in the splitter and lives until the next
 * call. */
typedef struct rs_task_parts {
    uint32_t count;
    const uint32_t *begin;
    const int32_t *class_index;
} rs_task_parts;

/* `count` distinct classes, at least one. RS_RANGE for a class that the splitter does not know,
 * RS_MISMATCH for one that comes twice. */
rs_status rs_task_split(rs_task_splitter *splitter, const int32_t *class_index, uint32_t count,
                        rs_task_parts *parts, rs_error *error);

#endif
