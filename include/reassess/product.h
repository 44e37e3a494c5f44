/* product.h - matrix products on whatever engine an evaluator has.
 *
 * OpenBLAS on the CPU, cuBLAS on a device; the library is opened by the first product, so that
 * nobody else pays for it.
 */
#ifndef REASSESS_PRODUCT_H
#define REASSESS_PRODUCT_H

#include <stdbool.h>
#include <stdint.h>

#include "reassess/evaluator.h"
#include "reassess/logits.h"
#include "reassess/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* out = left x right, in the memory of the host. All matrices are stored row after row; a stride is
 * the distance of rows in elements, 0 where they lie close. */
typedef struct rs_product {
    rs_dtype dtype;    /* RS_DTYPE_F32 or RS_DTYPE_F64: of all three; sums are of this type */
    uint64_t rows;     /* of left and out */
    uint64_t columns;  /* of right and out */
    uint64_t depth;    /* columns of left, rows of right */
    const void *left;  /* rows x depth; depth x rows when it is transposed */
    const void *right; /* depth x columns; columns x depth when it is transposed */
    bool left_transposed;
    bool right_transposed;
    bool add;  /* to what is in `out`; otherwise that need not be set */
    void *out; /* rows x columns; must not overlap the others */
    uint64_t left_stride;
    uint64_t right_stride;
    uint64_t out_stride;
} rs_product;

/* The CPU engine gives the same bits for any number of threads (with the same library on the same
 * kind of processor). Sums of integers below 2^24 (F64: 2^53) are exact on every engine. One
 * product or pass at a time. Afterwards rs_evaluator_engine(...)->products names the library. */
rs_status rs_evaluator_multiply(rs_evaluator *evaluator, const rs_product *product,
                                rs_error *error);

#ifdef __cplusplus
}
#endif
#endif
