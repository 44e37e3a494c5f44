/* openblas.h - the library that multiplies matrices on the CPU, opened when first needed.
 *
 * The library is asked for one thread and called from many: the threads are those of the engine,
 * which stay inside the affinity mask, and a product is cut the same way whatever their number.
 */
#ifndef RS_OPENBLAS_H
#define RS_OPENBLAS_H

#include <stddef.h>
#include <stdint.h>

#include "reassess/product.h"

typedef void (*rs_blas_sgemm)(int order, int left_turned, int right_turned, int rows, int columns,
                              int depth, float alpha, const float *left, int left_stride,
                              const float *right, int right_stride, float beta, float *out,
                              int out_stride);
typedef void (*rs_blas_dgemm)(int order, int left_turned, int right_turned, int rows, int columns,
                              int depth, double alpha, const double *left, int left_stride,
                              const double *right, int right_stride, double beta, double *out,
                              int out_stride);

/* Empty until opened. */
typedef struct rs_openblas {
    rs_blas_sgemm sgemm; /* NULL after opening: there is no library, plain C does it */
    rs_blas_dgemm dgemm;
    char name[64]; /* "OpenBLAS 0.3.21", "plain C"; "": not opened yet */
} rs_openblas;

/* Opens the library: REASSESS_OPENBLAS if that is set, else the one of the system. Without one the
 * products are the same but slow. Does nothing when it was done already. */
void rs_openblas_open(rs_openblas *blas);

/* A product on the calling thread; it was checked and its dimensions fit into int
 * (rs_openblas_block). May run in several threads at once. */
void rs_openblas_multiply(const rs_openblas *blas, const rs_product *product);

/* The most rows and columns of one call; larger products are cut into such blocks, always at the
 * same places. */
enum { RS_BLAS_BLOCK_ROWS = 256, RS_BLAS_BLOCK_COLUMNS = 1024 };

#endif
