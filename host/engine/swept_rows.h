/* swept_rows.h - rows of ordinary logits that are swept one after the other and counted together.
 *
 * What a row's sweep gives decides branches that a processor guesses wrong (is the label first, how
 * many are ahead), and while it does not know, it does not begin the next sweep. So where sweeps
 * are short, nothing of a row is looked at before several are swept: ranks are taken of those then
 * that need them, and masses, logarithms and sums are made of all of them at a time.
 *
 * Members are arrays by row, so that loops over rows are loops over vectors. Numbers are of 64 bits
 * beside doubles, for then a compiler has as many of them in a vector.
 */
#ifndef RS_SWEPT_ROWS_H
#define RS_SWEPT_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/row_kernel.h"
#include "tally/tally_layout.h"

enum { RS_BATCH_ROWS = 16, RS_BATCH_LABELS = RS_LABELS_LOOKED };

/* The mass beside the labels is what is left of a sum from which theirs is taken. Below this share
 * of theirs its digits would suffer, and it is summed apart. */
#define RS_SMALL_REST 0.1

/* A label's mass is a number down to here below the reference, and so is what it divides. */
#define RS_FAR_BELOW (-600.0)

/* What is added to counters that all rows have in common. */
typedef struct rs_batch_fixed {
    uint64_t whole;
    uint64_t fraction;
} rs_batch_fixed;

typedef struct rs_batch_sums {
    uint64_t rows, nonempty;
    rs_batch_fixed confidence, nll, nll_square, real_nll, real_nll_square;
} rs_batch_sums;

/* Kinds of rows: the size of the set, then bits. */
enum {
    RS_KIND_RANKS = 2, /* real_rank_mask, of three bits */
    RS_KIND_IN_SET = 5,
    RS_KIND_FIRST = 6,
    RS_KINDS = 128
};

typedef struct rs_swept_rows {
    uint32_t rows;
    uint32_t columns;
    uint32_t ahead_limit; /* with more columns than this ahead, a label counts alike */
    uint32_t passed_over; /* rows that are to be scored alone: those before were not ordinary */
    uint32_t refused;     /* rows one behind the other that were not ordinary before a sweep */
    uint32_t several;     /* rows that have several labels: bit i of row i */
    uint32_t alone;       /* rows that are not ordinary after all */

    /* Of each row. Its labels are those of the set, and the original one if it is not in it. */
    const void *row[RS_BATCH_ROWS];
    uint64_t index[RS_BATCH_ROWS];
    int32_t original_class[RS_BATCH_ROWS];
    uint32_t column[RS_BATCH_ROWS][RS_BATCH_LABELS]; /* behind the last of them, any column */
    uint64_t labels[RS_BATCH_ROWS];
    uint64_t in_set[RS_BATCH_ROWS];   /* the first of them, which are of the set */
    uint64_t original[RS_BATCH_ROWS]; /* which of them is the original one */

    /* From the sweep */
    uint64_t top[RS_BATCH_ROWS]; /* the largest of the labels, whose value is the reference */
    uint16_t top_bits[RS_BATCH_ROWS];
    double reference[RS_BATCH_ROWS];
    double sum[RS_BATCH_ROWS]; /* of all columns but that, to be multiplied by a factor */
    uint16_t bits[RS_BATCH_LABELS][RS_BATCH_ROWS];
    uint16_t other[RS_BATCH_ROWS]; /* the largest of all columns but that */

    uint64_t ahead[RS_BATCH_LABELS][RS_BATCH_ROWS]; /* columns ahead of each label; 0 between */

    /* From `finish` */
    uint64_t ordinary[RS_BATCH_ROWS]; /* all of what follows is right: else 0 */
    uint64_t kind[RS_BATCH_ROWS];     /* what counters of all classes together look at */
    uint64_t rank[RS_BATCH_ROWS], best_real_rank[RS_BATCH_ROWS], real_rank_mask[RS_BATCH_ROWS];
    double confidence[RS_BATCH_ROWS];
    uint64_t whole[RS_BATCH_ROWS], fraction[RS_BATCH_ROWS]; /* of the confidence */
    rs_batch_sums sums;

    uint32_t kinds[RS_KINDS];        /* rows of each kind that are still to be counted */
    uint64_t share[RS_SMALL_SETS];   /* rs_oracle_share of each size of a set */
} rs_swept_rows;

typedef struct rs_batch_kernel {
    /* Sweeps row number `rows` of a batch, whose labels are there. False: it is not ordinary, as
     * far as its labels tell. */
    bool (*sweep)(rs_swept_rows *batch);

    /* Columns ahead of the largest label of each row, of those that have any. */
    void (*rank_tops)(rs_swept_rows *batch);

    /* What the rows give, once ranks are known. */
    void (*finish)(rs_swept_rows *batch);
} rs_batch_kernel;

/* Rows of that many columns at least. */
enum { RS_BATCH_COLUMNS = 64 };

/* NULL: rows of this type are scored one by one. */
const rs_batch_kernel *rs_batch_kernel_avx512(rs_dtype dtype);

#endif
