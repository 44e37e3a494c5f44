/* relabel_inputs.c - reads what was given, labels first: they say which classes there are. */
#include "cli/relabel_inputs.h"

#include <inttypes.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/load_labels.h"
#include "reassess/logits.h"
#include "relabel/golden_read.h"

/* The ReaL sets of the label folder are not read: they are what is being made here. */
static rs_status read_labels(const rs_arguments *arguments, bool needed, rs_labels **labels,
                             rs_error *error)
{
    if (!needed && !rs_given(arguments, RS_OPT_LABELS) && !rs_given(arguments, RS_OPT_SYNSETS)) {
        uint64_t classes = 0; /* is checked all the same */
        return rs_take_u64(arguments, RS_OPT_CLASSES, 1, RS_MAX_COLUMNS, &classes, error);
    }
    return rs_load_labels(arguments, RS_LABELS_ORIGINAL, labels, error);
}

rs_status rs_read_answers(const char *path, const rs_labels *labels, rs_votes *votes,
                          rs_error *error)
{
    RS_TRY(rs_votes_read(path, labels, votes, error));
    if (votes->broken > 0) {
        rs_warn("%s: %" PRIu64 " answer%s that the picture was broken; %s none", votes->path,
                votes->broken, votes->broken == 1 ? " says" : "s say",
                votes->broken == 1 ? "it counts as" : "they count as");
    }
    return RS_OK;
}

static rs_status read_raters(const rs_arguments *arguments, rs_relabel_inputs *inputs,
                             rs_error *error)
{
    const char *votes = rs_value(arguments, RS_OPT_VOTES, NULL);
    const char *golden = rs_value(arguments, RS_OPT_GOLDEN, NULL);
    const char *golden_votes = rs_value(arguments, RS_OPT_GOLDEN_VOTES, NULL);
    if (golden != NULL) {
        RS_TRY(rs_golden_read(golden, inputs->labels, &inputs->images, &inputs->golden, error));
        inputs->has_golden = true;
    }
    if (golden_votes != NULL) {
        RS_TRY(rs_read_answers(golden_votes, inputs->labels, &inputs->golden_votes, error));
        inputs->has_golden_votes = true;
    }
    if (votes != NULL) {
        RS_TRY(rs_read_answers(votes, inputs->labels, &inputs->votes, error));
        inputs->has_votes = true;
    }
    return RS_OK;
}

/* Lists of what is there settle all candidates of their images. */
static rs_status complete_golden(rs_relabel_inputs *inputs, rs_error *error)
{
    if (!inputs->has_golden) {
        return RS_OK;
    }
    if (inputs->has_votes) {
        RS_TRY(rs_golden_complete(&inputs->golden, &inputs->votes.pairs, error));
    }
    return inputs->has_golden_votes
               ? rs_golden_complete(&inputs->golden, &inputs->golden_votes.pairs, error)
               : RS_OK;
}

rs_status rs_relabel_inputs_read(const rs_arguments *arguments, bool needed,
                                 rs_relabel_inputs *inputs, rs_error *error)
{
    *inputs = (rs_relabel_inputs){0};
    RS_TRY(read_labels(arguments, needed, &inputs->labels, error));
    const uint64_t rows =
        inputs->labels == NULL ? 0 : rs_labels_get_view(inputs->labels)->rows;
    RS_TRY(rs_image_rows_read(rs_value(arguments, RS_OPT_FILES, NULL), rows, &inputs->images,
                              error));
    RS_TRY(read_raters(arguments, inputs, error));
    return complete_golden(inputs, error);
}

void rs_relabel_inputs_clear(rs_relabel_inputs *inputs)
{
    rs_labels_free(inputs->labels);
    rs_image_rows_clear(&inputs->images);
    rs_votes_clear(&inputs->votes);
    rs_golden_clear(&inputs->golden);
    rs_votes_clear(&inputs->golden_votes);
    *inputs = (rs_relabel_inputs){0};
}

rs_status rs_relabel_need_labels(const rs_relabel_inputs *inputs, const char *what,
                                 rs_error *error)
{
    if (inputs->labels != NULL) {
        return RS_OK;
    }
    return rs_fail(error, RS_IO, NULL, rs_nowhere(),
                   "give --labels FILE, or fill the label folder: reassess labels --fetch",
                   "%s needs the original labels", what);
}
