/* mistakes.h - what a model still gets wrong, by the original labels and by ReaL (the article's
 * section 5 and Figure 7), and whose label raters prefer where the two differ (Figure 1).
 */
#ifndef RS_MISTAKES_H
#define RS_MISTAKES_H

#include <stdbool.h>
#include <stdint.h>

#include "reassess/labels.h"
#include "relabel/image_rows.h"
#include "relabel/scores.h"
#include "relabel/votes.h"

/* What people say of a prediction that the labels call wrong. */
typedef enum rs_mistake_verdict {
    RS_MISTAKE_UNJUDGED = 0, /* nobody was asked */
    RS_MISTAKE_CLEAR,        /* more than half: the class is not in the image */
    RS_MISTAKE_NONE,         /* more than half: it is */
    RS_MISTAKE_UNDECIDED,    /* neither */
    RS_MISTAKE_VERDICTS
} rs_mistake_verdict;

/* "", "clear mistake", "not a mistake", "undecided" */
const char *rs_mistake_verdict_name(rs_mistake_verdict verdict);

/* By which labels a prediction is wrong. */
typedef enum rs_wrong_by {
    RS_WRONG_BY_REAL = 0,
    RS_WRONG_BY_ORIGINAL,
    RS_WRONG_BY_BOTH,
    RS_WRONG_BY_EITHER
} rs_wrong_by;

typedef struct rs_mistake {
    uint32_t image;     /* row of the labels */
    int32_t prediction; /* -1: the row is invalid */
    double margin;      /* lead over the second prediction; NaN: not known */
    double score;       /* of the raters for the predicted pair; NaN: they were not asked */
    bool wrong_original;
    bool wrong_real;
    bool near;    /* the score is near the threshold */
    bool sampled; /* is to be listed and judged: all are, where no sample was drawn */
    rs_mistake_verdict verdict;
} rs_mistake;

bool rs_mistake_is(const rs_mistake *mistake, rs_wrong_by by);

/* The mistakes by one kind of label. */
typedef struct rs_mistake_count {
    uint64_t rows; /* that can be right or wrong by it */
    uint64_t mistakes;
    uint64_t asked; /* mistakes whose predicted pair has a score */
    uint64_t near;  /* of these, near the threshold */
    uint64_t sampled;
    uint64_t verdicts[RS_MISTAKE_VERDICTS]; /* of the sampled ones */
} rs_mistake_count;

/* Whose label the raters score higher, over the rows where prediction and original label differ. */
typedef struct rs_preference {
    uint64_t rows;
    uint64_t prediction;
    uint64_t label;
    uint64_t equal;
    uint64_t unrated; /* one of the two has no score */
} rs_preference;

typedef struct rs_mistakes_setup {
    const rs_labels *labels;
    const rs_image_rows *images; /* names of the rows; not needed without scores and answers */
    const rs_scores *scores;     /* NULL: none */
    const rs_votes *answers;     /* yes: the class is there, so no mistake. NULL: none */
    double threshold;            /* of label sets */
    double near;                 /* a score is near when it is at most so far from it */
} rs_mistakes_setup;

#define RS_NEAR_THRESHOLD 0.15

typedef struct rs_mistakes_input {
    uint64_t rows;             /* those of the labels */
    const int32_t *prediction; /* [rows * stride]; -1: none */
    uint32_t stride;
    const double *margin;  /* [rows]; NULL: not known */
    const rs_order *order; /* of the rows; NULL: that of the labels */
} rs_mistakes_input;

/* Free with rs_mistakes_clear. */
typedef struct rs_mistakes {
    rs_mistake *list; /* wrong by either; largest margin first, unknown ones last, then by image */
    uint64_t count;
    uint64_t invalid; /* rows without a prediction: wrong by every label */
    rs_mistake_count original;
    rs_mistake_count real;
    rs_preference preference; /* all 0 without scores */
} rs_mistakes;

/* The image of a row, and whether a class is in the set of an image. */
uint32_t rs_mistakes_image(const rs_mistakes_input *input, uint64_t row);
bool rs_mistakes_in_set(const rs_label_view *view, uint32_t image, int32_t class_index);

/* What raters and people say of a class of an image: the score is NaN, and the verdict
 * RS_MISTAKE_UNJUDGED, where they were not asked, and for no class, -1. */
double rs_mistakes_score(const rs_mistakes_setup *setup, uint32_t image, int32_t class_index);
rs_mistake_verdict rs_mistakes_verdict(const rs_mistakes_setup *setup, uint32_t image,
                                       int32_t class_index);

rs_status rs_mistakes_find(const rs_mistakes_setup *setup, const rs_mistakes_input *input,
                           rs_mistakes *mistakes, rs_error *error);
void rs_mistakes_clear(rs_mistakes *mistakes);

/* Draws `size` of the mistakes by `by` at random, all where there are fewer; the others are no
 * longer sampled, and the verdicts are counted again. Each image has one random number of the seed
 * and those with the least are taken: models that fail on the same images share most of it. */
rs_status rs_mistakes_sample(rs_mistakes *mistakes, rs_wrong_by by, uint64_t size, uint64_t seed,
                             rs_error *error);

/* Do the answers cover every label of the sets of the images they are about (20 images at least)?
 * Then the sets may have been made of them, and what is no mistake by the sets was decided by these
 * very answers. `images` names the rows. */
rs_status rs_answers_cover_sets(const rs_labels *labels, const rs_image_rows *images,
                                const rs_votes *answers, bool *cover, rs_error *error);

#endif
