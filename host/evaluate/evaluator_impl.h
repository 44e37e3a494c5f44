/* evaluator_impl.h - what evaluators of rows in files and of rows on a device share. */
#ifndef RS_EVALUATOR_IMPL_H
#define RS_EVALUATOR_IMPL_H

#include "engine/engine_plugin.h"
#include "reassess/device.h"
#include "reassess/evaluator.h"

/* Makes options->topk sorted, without repetitions, and always with 1. */
rs_status rs_complete_topk(rs_evaluator_options *options, rs_error *error);

/* rs_count_keys on the evaluator's engine. */
rs_status rs_evaluator_count_keys(rs_evaluator *evaluator, uint64_t *keys, size_t count,
                                  rs_key_counts *counts, rs_error *error);

/* rs_device_scorer_create with a module that is open already. */
rs_status rs_device_scorer_create_with(const rs_engine_plugin *plugin,
                                       const rs_evaluator_options *options,
                                       const rs_labels *labels, rs_device_scorer **scorer,
                                       rs_error *error);

#endif
