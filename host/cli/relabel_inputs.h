/* relabel_inputs.h - what the commands of the labelling pipeline read: labels, rows of images,
 * votes, golden sets.
 */
#ifndef RS_RELABEL_INPUTS_H
#define RS_RELABEL_INPUTS_H

#include "cli/arguments.h"
#include "reassess/labels.h"
#include "relabel/golden.h"
#include "relabel/image_rows.h"
#include "relabel/votes.h"

typedef struct rs_relabel_inputs {
    rs_labels *labels; /* original labels and class list; NULL when there are none */
    rs_image_rows images;
    bool has_votes;
    rs_votes votes;
    bool has_golden;
    rs_golden golden;
    bool has_golden_votes;
    rs_votes golden_votes;
} rs_relabel_inputs;

/* Reads --labels, --synsets, --classes, --files, --votes, --golden and --golden-votes, as far as
 * they were given. The labels of the label folder are looked for only when labels are `needed` and
 * not given: raters may have judged another data set. Always clear *inputs. */
rs_status rs_relabel_inputs_read(const rs_arguments *arguments, bool needed,
                                 rs_relabel_inputs *inputs, rs_error *error);
void rs_relabel_inputs_clear(rs_relabel_inputs *inputs);

/* Votes; warns where raters say that pictures were broken. */
rs_status rs_read_answers(const char *path, const rs_labels *labels, rs_votes *votes,
                          rs_error *error);

/* RS_USAGE that says what the original labels are needed for. */
rs_status rs_relabel_need_labels(const rs_relabel_inputs *inputs, const char *what,
                                 rs_error *error);

#endif
