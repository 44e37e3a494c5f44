/* votes.h - what raters answered: no, maybe or yes, on pairs of an image and a class.
 *
 * The published files hold a dense array of raters x pairs x answers that is nearly all zeros (278
 * times the size of the archive). Here only the answers that were given are kept, pair by pair:
 * four bytes an answer.
 */
#ifndef RS_VOTES_H
#define RS_VOTES_H

#include <stdint.h>

#include "formats/input.h"
#include "reassess/labels.h"
#include "relabel/name_table.h"
#include "relabel/pairs.h"

/* In the order of the published arrays. */
typedef enum rs_answer { RS_ANSWER_NO = 0, RS_ANSWER_MAYBE, RS_ANSWER_YES } rs_answer;

enum { RS_ANSWERS = 3 };
#define RS_RATERS_MAX (UINT32_C(1) << 20)
#define RS_VOTES_MAX UINT32_MAX

/* An answer as one number: rater * RS_ANSWERS + answer. The answers on pair i are
 * code[begin[i] .. begin[i + 1]), ascending; no rater answers twice on a pair. */
typedef struct rs_votes {
    char *path;            /* as given; "standard input" for "-" */
    rs_pairs pairs;        /* in the file's order */
    rs_name_table raters;  /* ids as text, in the file's order */
    uint64_t *begin;       /* [pairs.count + 1] */
    uint32_t *code;        /* [begin[pairs.count]] */
    uint64_t broken;       /* answers that the picture was broken: no vote, and not in `pairs` */
} rs_votes;

/* Reads PATH ("-": standard input), in a form that is found by its first bytes:
 *   .npz   `tensor` (raters, pairs, 3) of zeros and ones, `info` (pairs, 2) of file name and class,
 *          `ids` (raters,)
 *   CSV    rater,image,label,answer, in the order that a first line with these names gives
 *   JSON   an object {"rater", "image", "label", "answer"} a line, or an array of them
 * A label is a class index or, when `labels` (may be NULL) know it, a synset id. Texts may also
 * answer "broken": the rater could not see the picture. A rater who answers twice on a pair is an
 * error. On failure *votes is empty. */
rs_status rs_votes_read(const char *path, const rs_labels *labels, rs_votes *votes,
                        rs_error *error);

/* Of an input that is open, which is read to its end and closed by the caller. */
rs_status rs_votes_read_input(rs_input *input, const rs_labels *labels, rs_votes *votes,
                              rs_error *error);

static inline uint64_t rs_votes_count(const rs_votes *votes)
{
    return votes->begin[votes->pairs.count];
}

static inline uint32_t rs_vote_rater(uint32_t code)
{
    return code / RS_ANSWERS;
}

static inline rs_answer rs_vote_answer(uint32_t code)
{
    return (rs_answer)(code % RS_ANSWERS);
}

/* "no", "maybe", "yes" */
const char *rs_answer_text(rs_answer answer);

void rs_votes_clear(rs_votes *votes);

#endif
