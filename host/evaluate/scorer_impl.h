/* scorer_impl.h - what is inside a scorer, for the files that make it.
 *
 * The one thing that it keeps is what each image gave (tally/scored_row.h): the tally is counted
 * from that when it is asked for. So an image that comes twice is seen, in one process or in two;
 * merging is copying; and a batch that fails leaves nothing behind.
 */
#ifndef RS_SCORER_IMPL_H
#define RS_SCORER_IMPL_H

#include "evaluate/evaluator_impl.h"
#include "reassess/scorer.h"
#include "tally/scored_row.h"

/* What is kept of the images, one after the other. */
typedef struct rs_scored_images {
    rs_scored_rows scored;
    rs_row_results results;
} rs_scored_images;

/* What there is of rows on a device (scorer_device.c). */
typedef struct rs_scorer_device rs_scorer_device;

struct rs_scorer {
    const rs_labels *labels;
    rs_evaluator *evaluator;
    uint64_t rows_hash; /* of the labels in this order; rs_labels_hash is that of any order */
    uint64_t map_hash;  /* of the class map; 0: there is none */
    rs_scored_images kept;
    rs_scorer_device *device; /* NULL: rows are in the memory of the host */
    rs_tally *scratch;   /* its counters take what an engine counts, and are never looked at */
    int64_t *image;      /* [image_room] of the rows under way; -1: it came before */
    uint64_t image_room;
    uint64_t next;       /* the next image where none is named */
    uint64_t images;
    uint64_t repeats;
    rs_dtype dtype;
};

rs_status rs_scored_images_make(uint64_t rows, uint32_t keep, bool calibration,
                                rs_scored_images *images, rs_error *error);
void rs_scored_images_clear(rs_scored_images *images);

/* What the image gave. */
void rs_scored_images_copy(const rs_scored_images *from, rs_scored_images *to, uint64_t at);

/* rs_scorer_create with a module that is open already; NULL: on the CPU. */
rs_status rs_scorer_create_with(const rs_engine_plugin *plugin, const rs_evaluator_options *options,
                                const rs_labels *labels, uint32_t keep, rs_scorer **scorer,
                                rs_error *error);

/* What a source of such rows would say of itself. */
rs_source_info rs_scorer_describe(const rs_scorer *scorer);

/* What rs_scorer_tally_by refuses, of labels in another order, in which those of the scorer are
 * `first`. */
rs_status rs_scorer_check_further(const rs_scorer *scorer, const rs_labels *first,
                                  const rs_labels *labels, rs_error *error);

/* The wider of two, either of which may be none. */
rs_dtype rs_wider_float(rs_dtype a, rs_dtype b);

#endif
