/* row_kernel.h - the inner loops of the CPU engine: what is asked of one row of values.
 *
 * There is one set of functions per dtype and instruction set (row_kernel_portable.c, _avx2.c,
 * _avx512.c, _neon.c); rs_row_kernel_get chooses at run time. All of them give the same integers.
 *
 * A row is `columns` values (1 .. RS_MAX_COLUMNS) at any byte address. Nothing before or behind it
 * is read: it may end where a mapping ends.
 *
 * Kernels count, they do not select: the rank of a label is one more than the number of columns
 * ahead of it, #{j < l: !(x_j < x_l)} + #{j > l: !(x_j <= x_l)}. That needs no sorting, breaks ties
 * as the order of a row wants (base/row_order.h), and written with the negated compare it takes a
 * NaN for ahead. So a label that is a number and has nothing ahead of it proves that the row holds
 * no NaN. If that number is finite it is the proof of no infinite maximum either, and since in a
 * row of equal values as many columns are ahead of a label as are before it, one beyond column 0
 * proves that the row is none. Only rows without such a label need a look, as they did for a NaN.
 */
#ifndef RS_ROW_KERNEL_H
#define RS_ROW_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reassess/evaluator.h"
#include "reassess/logits.h"

#define RS_NO_LABEL UINT32_MAX

enum { RS_LABELS_LOOKED = 4 }; /* labels that are looked at together */

/* A row as calibration needs it. */
typedef struct rs_row_measure {
    uint32_t ahead; /* columns ahead of the label */
    double largest; /* largest value of the row */
    double rest;    /* sum of exp(x_j - reference) over all columns but the label */
} rs_row_measure;

/* A column that may be among the best, with its key (base/row_order.h). */
typedef struct rs_candidate {
    uint64_t key;
    uint32_t column;
} rs_candidate;

typedef struct rs_row_kernel {
    /* ahead[i] = columns ahead of label[i], for `labels` distinct columns. True is a proof that
     * `inspect` would find nothing; false leaves it to that. With a NaN ahead[] means nothing. */
    bool (*rank)(const void *row, uint32_t columns, const uint32_t *label, uint32_t labels,
                 uint32_t *ahead);

    /* RS_ROW_NAN alone, or of RS_ROW_INF and RS_ROW_CONSTANT those that the row is. */
    uint8_t (*inspect)(const void *row, uint32_t columns);

    /* Rank and sums in one sweep; true is a proof that the row holds no NaN. `label` may be
     * RS_NO_LABEL: then every column is summed, and `ahead` and the answer mean nothing. `rest` is
     * right to a few 1e-7 (or 1e-30) when reference is finite and largest - reference is between 0
     * and RS_REFERENCE_REACH; it may be anything, infinite or NaN too, when not. */
    bool (*measure)(const void *row, uint32_t columns, uint32_t label, double reference,
                    rs_row_measure *measure);

    /* Writes columns among which are the best `keep` (1 .. RS_KEEP_MAX) of a row without NaN, in
     * ascending order of column, and returns how many: at least min(keep, columns), at most
     * `columns`. */
    uint32_t (*find_candidates)(const void *row, uint32_t columns, uint32_t keep,
                                rs_candidate *candidate);

    /* Columns ahead of a label of a row without NaN, or any number above `limit` where there are
     * more than `limit`: most labels that are not among the best are told by a part of the row. */
    uint32_t (*rank_within)(const void *row, uint32_t columns, uint32_t label, uint32_t limit);

    /* Which of RS_LABELS_LOOKED labels of a row without NaN have more than `limit` columns ahead,
     * as far as a few columns around each of them tell: bit i of label[i]. */
    uint32_t (*beyond)(const void *row, uint32_t columns, const uint32_t *label, uint32_t limit);

    /* Whether another column of a row without NaN has the value of the label, which has nothing
     * ahead of it: a sweep, where to find the best two takes two and more. */
    bool (*tied)(const void *row, uint32_t columns, uint32_t label);

    /* `rank` and `measure` call for what follows a row in memory (rs_fetch_ahead). */
    bool fetches;
} rs_row_kernel;

enum { RS_AHEAD_BYTES = 4096 };

/* Calls for the line that is so far behind `offset` of a row: of the next row, where rows follow
 * each other. An address outside of memory does no harm. One line for each that is counted, and
 * memory is never without work; all of a row's lines at once are more than it can take, and what
 * counts waits until it has taken the last of them. */
static inline void rs_fetch_ahead(const void *row, size_t offset)
{
    __builtin_prefetch((const unsigned char *)row + offset + RS_AHEAD_BYTES);
}

/* The same, and for one farther off into the second cache alone: to rank by a row takes so short
 * that there are never lines enough under way of those that the first cache can wait for. */
static inline void rs_fetch_farther(const void *row, size_t offset)
{
    enum { FARTHER_BYTES = 8192, SECOND_CACHE = 2 };
    rs_fetch_ahead(row, offset);
    __builtin_prefetch((const unsigned char *)row + offset + FARTHER_BYTES, 0, SECOND_CACHE);
}

/* How far below the largest value the reference of `measure` may be: e^60 * RS_MAX_COLUMNS fits in
 * a float. */
#define RS_REFERENCE_REACH 60.0

/* The widest instruction set this processor and operating system have. */
rs_isa rs_isa_best(void);
bool rs_isa_available(rs_isa isa);
const char *rs_isa_name(rs_isa isa); /* "portable", "avx2", "avx512", "neon" */

/* `dtype` must be a floating type and `isa` an available one, not RS_ISA_AUTO. Types for which an
 * instruction set has no kernel of its own have the portable one. */
const rs_row_kernel *rs_row_kernel_get(rs_isa isa, rs_dtype dtype);

/* The tables; AVX only on x86-64, NEON on 64-bit Arm. NULL: there is none for this type. */
const rs_row_kernel *rs_row_kernel_portable(rs_dtype dtype);
const rs_row_kernel *rs_row_kernel_avx2(rs_dtype dtype);
const rs_row_kernel *rs_row_kernel_avx512(rs_dtype dtype);
const rs_row_kernel *rs_row_kernel_neon(rs_dtype dtype);

/* Puts the best `keep` of `count` candidates first, best first; returns min(keep, count). */
uint32_t rs_select_best(rs_candidate *candidate, uint32_t count, uint32_t keep);

#endif
