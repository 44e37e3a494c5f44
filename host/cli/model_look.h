/* model_look.h - what eval would warn of a model, for commands that read models in a way of their
 * own: whoever proposes or cleans by the rows of other images gets a wrong answer too.
 */
#ifndef RS_MODEL_LOOK_H
#define RS_MODEL_LOOK_H

#include "cli/eval_settings.h"
#include "sweep/model_run.h"

typedef struct rs_model_look {
    bool done;    /* the model could be read for this alone */
    bool ordered; /* and something was said of the order of its rows or columns */
} rs_model_look;

/* Prepares a setup that looks. `reading`, its labels reordered, and the evaluator are the
 * caller's. */
rs_run_setup rs_model_look_setup(const rs_eval_settings *settings, const rs_reading *reading,
                                 rs_evaluator *evaluator, const volatile sig_atomic_t *stop);

/* Reads the model once more and says what its rows, columns and counts make doubtful, a line each
 * that begins with `name` (NULL: none). With `in_part` only what is true of the rows whatever the
 * others are. Standard input and other streams are left for the pass that needs them. */
rs_status rs_model_look_at(const rs_run_setup *setup, const rs_model *model, const char *name,
                           bool in_part, rs_model_look *look, rs_error *error);

#endif
