/* eval_output.h - the files and tables `reassess eval` writes, model after model.
 *
 * Files collect the lines of all models and appear when all were scored: a run that fails leaves no
 * file that looks whole.
 */
#ifndef RS_EVAL_OUTPUT_H
#define RS_EVAL_OUTPUT_H

#include "analyse/confusion.h"
#include "base/file_write.h"
#include "cli/eval_settings.h"
#include "cli/output.h"
#include "report/table.h"
#include "sweep/model_run.h"

typedef struct rs_eval_output {
    const rs_eval_settings *settings;
    size_t model_count;
    size_t scored; /* of them */
    rs_file_writer *json;
    rs_file_writer *per_class;
    rs_file_writer *per_slice;
    rs_file_writer *per_row;
    rs_file_writer *confusions;
    rs_outputs files; /* these, and every model's sidecar */
    /* Of several models, printed when all were scored: */
    rs_text accuracies;
    rs_text precisions;
    rs_text calibration;
    bool calibrated;
} rs_eval_output;

/* `output` is empty but for its files, which were begun. */
rs_status rs_eval_output_begin(const rs_eval_settings *settings, size_t model_count,
                               rs_eval_output *output, rs_error *error);
rs_status rs_eval_output_add(rs_eval_output *output, const rs_run_result *result, rs_error *error);
/* The lines of --confusions, where that was given; after the model's rs_eval_output_add. */
rs_status rs_eval_output_confusions(rs_eval_output *output, const rs_run_result *result,
                                    const rs_confusions *confusions, rs_error *error);
/* With RS_OK all files appear, those of --keep-topk too, or none; otherwise none, and the status
 * comes back. */
rs_status rs_eval_output_end(rs_eval_output *output, rs_status status, rs_error *error);

#endif
