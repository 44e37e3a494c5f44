/* run_inputs.h - what every command that scores models prepares once: labels, how rows are
 * read, the evaluator.
 */
#ifndef RS_RUN_INPUTS_H
#define RS_RUN_INPUTS_H

#include "cli/command.h"
#include "cli/eval_settings.h"
#include "cli/real_sets.h"
#include "sweep/model_run.h"

/* Free with rs_run_inputs_clear. */
typedef struct rs_run_inputs {
    rs_labels *labels;
    rs_label_sets sets; /* further ones */
    rs_readings readings;
    bool *excluded; /* classes that the oracle leaves out */
    rs_evaluator *evaluator;
    rs_run_setup setup; /* `keep`, `per_row` and `hash_input` are the command's to set */
} rs_run_inputs;

/* Always clear *inputs. */
rs_status rs_run_inputs_make(const rs_context *context, const rs_eval_settings *settings,
                             rs_run_inputs *inputs, rs_error *error);

/* Makes rows be read as the options say. The evaluator stays: so must the columns and values. */
rs_status rs_run_inputs_read_as(rs_run_inputs *inputs, const rs_reading_options *options,
                                rs_error *error);

void rs_run_inputs_clear(rs_run_inputs *inputs);

#endif
