/* people.c - scores and answers of raters, with the images that they are about. */
#include "cli/people.h"

#include <stdlib.h>

#include "base/error.h"
#include "cli/relabel_inputs.h"
#include "labels/label_part.h"

rs_people rs_people_make(void)
{
    return (rs_people){.scores = {.pairs = rs_pairs_make()},
                       .answers = {.pairs = rs_pairs_make()}};
}

/* The rows of images that people were asked about must be known. */
static rs_status check_images(const rs_people *people, const rs_pairs *pairs, const char *path,
                              rs_error *error)
{
    uint32_t *row = NULL;
    RS_TRY(rs_image_rows_map(&people->images, pairs, path, &row, error));
    free(row);
    return RS_OK;
}

rs_status rs_people_read(const rs_arguments *arguments, const rs_labels *labels, rs_people *people,
                         rs_mistakes_setup *setup, rs_error *error)
{
    const char *files = rs_value(arguments, RS_OPT_FILES, NULL);
    const char *scores = rs_value(arguments, RS_OPT_RATER_SCORES, NULL);
    const char *answers = rs_value(arguments, RS_OPT_ANSWERS, NULL);
    const rs_labels *const whole = rs_labels_whole(labels);
    const uint64_t rows = rs_labels_get_view(whole != NULL ? whole : labels)->rows;
    RS_TRY(rs_image_rows_read(files, rows, &people->images, error));
    people->images.part = whole != NULL ? labels : NULL;
    if (scores != NULL) {
        RS_TRY(rs_scores_read(scores, labels, &people->scores, error));
        RS_TRY(check_images(people, &people->scores.pairs, scores, error));
        setup->scores = &people->scores;
    }
    if (answers != NULL) {
        RS_TRY(rs_read_answers(answers, labels, &people->answers, error));
        RS_TRY(check_images(people, &people->answers.pairs, people->answers.path, error));
        setup->answers = &people->answers;
        RS_TRY(rs_answers_cover_sets(labels, &people->images, &people->answers, &people->circular,
                                     error));
    }
    setup->labels = labels;
    setup->images = &people->images;
    return RS_OK;
}

void rs_people_clear(rs_people *people)
{
    rs_votes_clear(&people->answers);
    rs_scores_clear(&people->scores);
    rs_image_rows_clear(&people->images);
}
