/* reassess.h - the whole C API.
 *
 *     rs_labels_load, rs_source_open, rs_evaluator_create,
 *     rs_evaluator_score (labels and source in, a tally out), rs_metrics_compute
 */
#ifndef REASSESS_REASSESS_H
#define REASSESS_REASSESS_H

#include "reassess/diagnose.h"
#include "reassess/ensemble.h"
#include "reassess/evaluator.h"
#include "reassess/heads.h"
#include "reassess/labels.h"
#include "reassess/logits.h"
#include "reassess/metrics.h"
#include "reassess/product.h"
#include "reassess/scorer.h"
#include "reassess/status.h"
#include "reassess/tally.h"
#include "reassess/version.h"

#endif
