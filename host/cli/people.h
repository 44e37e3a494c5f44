/* people.h - what people say of predicted classes: --rater-scores, --answers, --files. */
#ifndef RS_PEOPLE_H
#define RS_PEOPLE_H

#include "cli/arguments.h"
#include "relabel/mistakes.h"

typedef struct rs_people {
    rs_image_rows images;
    rs_scores scores;
    rs_votes answers;
    bool circular; /* the label sets may have been made of the answers */
} rs_people;

/* Nothing yet. */
rs_people rs_people_make(void);

/* Reads what is given, and fills labels, images, scores and answers of `setup`; every image that
 * people were asked about must be known. Clear *people in any case. */
rs_status rs_people_read(const rs_arguments *arguments, const rs_labels *labels, rs_people *people,
                         rs_mistakes_setup *setup, rs_error *error);
void rs_people_clear(rs_people *people);

#endif
