/* scorer.h - scoring rows as they are made: batch after batch, of any images in any order.
 *
 *     rs_scorer_create(&options, labels, 10, &scorer, &error);
 *     for each batch: rs_scorer_add(scorer, &rows, &error);
 *     rs_scorer_tally(scorer, &tally, &error);
 *     rs_scorer_free(scorer);
 *
 * An image counts once, the first time it comes: samplers that pad give some of them twice. How
 * many came again and how many never came is told (rs_scorer_get_counts). What was added gives the
 * tally of one pass over a file of the same rows, to the last bit, whatever the batches and in
 * whatever order, by one process or by several whose scorers are merged.
 *
 * Rows lie in the memory of the host, or on a CUDA device: a scorer of a device (backend
 * RS_BACKEND_CUDA) has the labels there from the beginning. Adding to it launches one kernel in the
 * stream of the batch and returns: nothing is copied, nobody waits, nothing is allocated, and it
 * can be captured in a CUDA graph. What images gave stays on the device until somebody asks.
 */
#ifndef REASSESS_SCORER_H
#define REASSESS_SCORER_H

#include <stdbool.h>
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

typedef struct rs_scorer rs_scorer;

/* `keep`: how many of the first predictions of each image are kept, with their values (at most
 * RS_KEEP_MAX); 0: none. The class map and `labels` must outlive the scorer. Image i is row i of
 * the labels, which are in whatever order (rs_labels_reorder) the images are numbered. A scorer is
 * of the host, or of one device: RS_DEVICE where there is no driver or no such device,
 * RS_UNSUPPORTED in a build without CUDA. The device that is the caller's current one stays so,
 * here and in every other call. *scorer is NULL on failure. One thread at a time may use a
 * scorer. */
rs_status rs_scorer_create(const rs_evaluator_options *options, const rs_labels *labels,
                           uint32_t keep, rs_scorer **scorer, rs_error *error);
void rs_scorer_free(rs_scorer *scorer); /* NULL is fine */

/* Rows of a batch. */
typedef struct rs_scorer_rows {
    const void *data;          /* the first row; may be NULL where there are none */
    rs_dtype dtype;            /* a floating type, of the batch: it may be another of each */
    uint64_t rows;
    uint64_t columns;
    uint64_t row_stride_bytes; /* 0: one row behind the other */
    const int64_t *index;      /* [rows] which image each row is; NULL: those after the ones that
                                  were last added without an index */
    void *stream;              /* of a device: a cudaStream_t; NULL is the default stream */
} rs_scorer_rows;

/* Small batches are scored by the thread that calls, the rows of larger ones are shared by the
 * scorer's threads. Nothing of the rows is needed after the call. On failure nothing of them was
 * counted: RS_RANGE where an index is no image, RS_MISMATCH where the columns are not those of the
 * labels or the class map, RS_FORMAT where rows are to be probabilities and are none.
 *
 * On a device: `data` is its memory, and as long as the stream has not come this far, the rows stay
 * as they are; address and stride are multiples of the size of a value, and fastest when multiples
 * of 16 bytes. RS_MISMATCH where they lie on another device, or on the host. `index` may be memory
 * of either. One of the host is read here, and travels with the launch (768 rows; more are several
 * launches); one of the device is read when the kernel runs, as long as it must stay. Rows without
 * an index are counted on in the order of the calls, whatever their streams. What only the device
 * sees - an index there that is no image, rows that are no probabilities - is told by what waits
 * for it, then and ever after. Of rows of one image that are under way at the same time, any one
 * may count.
 *
 * In a stream that is being captured, a batch belongs to the graph: rows, and an index on the
 * device, are read at each launch of it; an index of the host is that of every launch; rows without
 * one are counted on at each. Of these the caller has all launches and all other batches one after
 * the other. */
rs_status rs_scorer_add(rs_scorer *scorer, const rs_scorer_rows *rows, rs_error *error);

/* Waits for everything that was added, and for whatever else is under way on the device, and
 * fetches what came. rs_scorer_tally, rs_scorer_tally_by, rs_scorer_to_bytes and the merging
 * functions do so themselves; what rs_scorer_get_counts and rs_scorer_results tell is of the last
 * time. Nothing is to be done on the host. */
rs_status rs_scorer_wait(rs_scorer *scorer, rs_error *error);

typedef struct rs_scorer_counts {
    uint64_t images;  /* that came */
    uint64_t missing; /* that did not: the other rows of the labels */
    uint64_t repeats; /* rows of images that had come before; they were left out */
    rs_dtype dtype;   /* of the rows, the widest where there were several; RS_DTYPE_NONE: no rows */
} rs_scorer_counts;
rs_scorer_counts rs_scorer_get_counts(const rs_scorer *scorer);

/* The tally of what was added so far. As often as wanted. *tally is NULL on failure. */
rs_status rs_scorer_tally(rs_scorer *scorer, rs_tally **tally, rs_error *error);

/* The same by further label sets, of which none has to be known before: `labels` are of the
 * scorer's images in the same order, with its classes and original labels (RS_MISMATCH), and other
 * sets. To the last bit what a scorer of these labels would give, without calibration. Counted from
 * the predictions that are kept, of a device as of the host: RS_USAGE where `keep` is less than the
 * last of top-K, than 3 and than the number of classes. Batches do not take longer for it. *tally
 * is NULL on failure. */
rs_status rs_scorer_tally_by(rs_scorer *scorer, const rs_labels *labels, rs_tally **tally,
                             rs_error *error);

/* What is kept of each image: `keep`, prediction and value (NULL where nothing is), by row of the
 * labels; -1 for images that did not come. Lives as long as the scorer. */
const rs_row_results *rs_scorer_results(const rs_scorer *scorer);

const rs_engine_info *rs_scorer_engine(const rs_scorer *scorer);

/* What to make of an image that two scorers have seen. */
typedef enum rs_seen_twice {
    RS_SEEN_REFUSED = 0, /* RS_MISMATCH, which names it */
    RS_SEEN_ONCE         /* it counts once, as `sum` has it, and is told as a repeat */
} rs_seen_twice;

/* Adds what `part` has to `sum`; each is of the host or of any device. Both are of the same labels
 * in the same order, class map, values and `keep`, with or without calibration and row flags:
 * RS_MISMATCH otherwise, and nothing is changed. */
rs_status rs_scorer_merge(rs_scorer *sum, rs_scorer *part, rs_seen_twice twice, rs_error *error);

/* A scorer as bytes, for other processes: free(*bytes). Always as many for the same labels and
 * options. rs_scorer_merge_bytes adds them to a scorer as rs_scorer_merge does; RS_FORMAT where
 * they are damaged. */
rs_status rs_scorer_to_bytes(rs_scorer *scorer, void **bytes, size_t *size, rs_error *error);
rs_status rs_scorer_merge_bytes(rs_scorer *sum, const void *bytes, size_t size,
                                rs_seen_twice twice, rs_error *error);

#ifdef __cplusplus
}
#endif
#endif
