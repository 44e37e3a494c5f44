/* synth_file.h - made-up logits as a file, in blocks of rows: memory does not grow with the
 * rows. */
#ifndef RS_SYNTH_FILE_H
#define RS_SYNTH_FILE_H

#include <stdint.h>

#include "formats/write.h"
#include "reassess/evaluator.h"
#include "synth/synth_logits.h"

typedef struct rs_synth_target_file {
    const char *path; /* "-": standard output */
    rs_write_format format;
    rs_dtype dtype; /* a floating one */
} rs_synth_target_file;

/* Which rows a file has: row i is row from[i] of what is made, or of the predictions. NULL: all, as
 * they are. */
typedef struct rs_synth_rows {
    const uint32_t *from;
    uint64_t count;
} rs_synth_rows;

/* Rows of a plan, named "logits" where the format names arrays. `watch` and `rows` may be NULL. */
rs_status rs_synth_logits_write(const rs_synth_logits *plan, const rs_synth_rows *rows,
                                const rs_synth_target_file *file, const rs_watch *watch,
                                rs_error *error);

typedef struct rs_synth_given {
    const char *classes_path;   /* integers N x k, in any order within a row */
    const char *scores_path;    /* probabilities N x k, those of the classes */
    const char *classes_tensor; /* member or tensor, where the file holds several; may be NULL */
    const char *scores_tensor;
    uint32_t columns;
    uint64_t seed;
    rs_synth_rows rows; /* each row of the files once */
} rs_synth_given;

/* Full-size logits that rank as the predictions do (synth_predictions.h), row by row. *rows gets
 * how many. RS_MISMATCH where `from->rows` are not as many as the files have. `watch` and `rows`
 * may be NULL. */
rs_status rs_synth_given_write(const rs_synth_given *from, const rs_synth_target_file *file,
                               const rs_watch *watch, uint64_t *rows, rs_error *error);

#endif
