/* rated.h - raters' scores row by row of the labels: which pairs of an image and a class were asked
 * about, and up to which threshold a class is in its image's label set.
 *
 * An image of which no class was rated keeps the label set that it has: nobody was asked because
 * the models agreed with its original label.
 */
#ifndef RS_RATED_H
#define RS_RATED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "reassess/labels.h"
#include "relabel/image_rows.h"
#include "relabel/scores.h"

/* The thresholds that are looked at: 0.50, 0.55, ... 0.95. */
enum { RS_RATED_THRESHOLDS = 10 };
double rs_rated_threshold(uint32_t index);

typedef struct rs_rated rs_rated;

/* `labels` are in file-name order and must outlive *rated, which is NULL on failure. RS_MISMATCH
 * when images of the scores are none of the labels', or most label sets hold classes that have no
 * score: such sets were made of others. */
rs_status rs_rated_make(const rs_scores *scores, const rs_image_rows *images,
                        const rs_labels *labels, rs_rated **rated, rs_error *error);
void rs_rated_free(rs_rated *rated); /* NULL is fine */

const rs_label_view *rs_rated_labels(const rs_rated *rated);
/* Of what counts for results: pairs, and which thresholds each reaches. */
uint64_t rs_rated_hash(const rs_rated *rated);
/* What makes the scores doubtful beside these label sets; "": nothing. */
const char *rs_rated_doubt(const rs_rated *rated);

/* How many of the thresholds the score of a class of image `row` reaches, from the lowest on;
 * all for the set of an image that nobody rated; RS_RATED_UNASKED: no rater was asked. */
enum { RS_RATED_UNASKED = -1 };
int rs_rated_level(const rs_rated *rated, uint64_t row, int32_t class_index);
/* At how many of them, from the lowest on, the image has a label set that is not empty. */
int rs_rated_set_level(const rs_rated *rated, uint64_t row);

/* What a class is of image `row`, for the ReaL accuracy. */
typedef enum rs_rated_answer {
    RS_RATED_NO_SET = 0, /* the image is in no denominator */
    RS_RATED_RIGHT,
    RS_RATED_WRONG,      /* asked about, or no class at all */
    RS_RATED_NOT_KNOWN   /* wrong, but nobody was asked */
} rs_rated_answer;

/* `class_index` -1: none. */
rs_rated_answer rs_rated_judge(const rs_rated *rated, uint64_t row, int32_t class_index);

#endif
