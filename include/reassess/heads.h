/* heads.h - linear heads on features: logits = F W^T + b, scored as they are computed.
 *
 * For many checkpoints of a linear probe, or many probes, on the features of one backbone.
 */
#ifndef REASSESS_HEADS_H
#define REASSESS_HEADS_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "reassess/evaluator.h"
#include "reassess/labels.h"
#include "reassess/logits.h"
#include "reassess/status.h"
#include "reassess/tally.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rs_head {
    uint32_t classes;   /* rows of the weight: columns of the logits */
    uint32_t features;  /* columns of the weight */
    rs_dtype dtype;     /* of the weight, a floating type */
    const void *weight; /* [classes * features], row after row */
    const double *bias; /* [classes]; NULL: none */
} rs_head;

/* Scores `count` heads, all of as many classes, on rows `range` of `features` (NULL: all of them).
 * Each gets its tally in tallies[], which are NULL on failure; results[] may be NULL, and so may
 * each of them. Products are computed in the widest type of features and head; halves of the same
 * type are multiplied as such with sums in float, other halves as floats. Logits are F64 where one
 * of the two is, else F32. Row i comes out the same for any number of threads and any row range. */
rs_status rs_evaluator_score_heads(rs_evaluator *evaluator, const rs_labels *labels,
                                   rs_source *features, const rs_head *heads, size_t count,
                                   const rs_row_range *range, rs_row_results *const *results,
                                   const rs_watch *watch, rs_tally **tallies, rs_error *error);

/* The type of a head's logits on features of a type. */
rs_dtype rs_head_logits_dtype(const rs_head *head, rs_dtype features);

/* A head from files: npy, npz or safetensors; "FILE#NAME" is the tensor NAME of an archive. */
typedef struct rs_head_file rs_head_file;

/* "FILE#NAME" is also short for "FILE#NAME.weight". `bias_path` NULL: that of "FILE#NAME.weight" is
 * "FILE#NAME.bias"; where there is none, and for other names, the only vector of floats in the
 * weight's archive is the bias, if there is one. `stop` may be NULL. */
rs_status rs_head_load(const char *weight_path, const char *bias_path,
                       const volatile sig_atomic_t *stop, rs_head_file **file, rs_error *error);
const rs_head *rs_head_get(const rs_head_file *file);
const char *rs_head_weight_path(const rs_head_file *file); /* where it came from */
const char *rs_head_bias_path(const rs_head_file *file);   /* where it came from; NULL: no bias */
void rs_head_free(rs_head_file *file);                     /* NULL is fine */

#ifdef __cplusplus
}
#endif
#endif
