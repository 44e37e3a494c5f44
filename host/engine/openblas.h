/* openblas.h - the library that multiplies matrices on the CPU, opened when first needed.
 *
 * The library is asked for one thread and called from many: the threads are those of the engine,
 * which stay inside the affinity mask, and a product is cut the same way whatever their number.
 */
#ifndef RS_OPENBLAS_H
#define RS_OPENBLAS_H

#include <stdbool.h>
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

/* The same of a library whose dimensions have 64 bits, as NumPy brings it. */
typedef void (*rs_blas_wide_sgemm)(int order, int left_turned, int right_turned, int64_t rows,
                                   int64_t columns, int64_t depth, float alpha, const float *left,
                                   int64_t left_stride, const float *right, int64_t right_stride,
                                   float beta, float *out, int64_t out_stride);
typedef void (*rs_blas_wide_dgemm)(int order, int left_turned, int right_turned, int64_t rows,
                                   int64_t columns, int64_t depth, double alpha,
                                   const double *left, int64_t left_stride, const double *right,
                                   int64_t right_stride, double beta, double *out,
                                   int64_t out_stride);

/* Empty until opened; then it has both functions of one kind, or none: plain C does it. */
typedef struct rs_openblas {
    rs_blas_sgemm sgemm;
    rs_blas_dgemm dgemm;
    rs_blas_wide_sgemm wide_sgemm;
    rs_blas_wide_dgemm wide_dgemm;
    char name[64]; /* "OpenBLAS 0.3.21", "plain C"; "": not opened yet */
} rs_openblas;

/* Opens the library: REASSESS_OPENBLAS if that is set, else the one of the system, else one that a
 * Python package brings where pip has put this program (scipy-openblas32, SciPy, NumPy). Without
 * one the products are the same but slow. Does nothing when it was done already. */
void rs_openblas_open(rs_openblas *blas);

/* Whether there is none. */
bool rs_openblas_is_plain(const rs_openblas *blas);

/* A product on the calling thread; it was checked and its dimensions fit into int
 * (rs_openblas_block). May run in several threads at once. */
void rs_openblas_multiply(const rs_openblas *blas, const rs_product *product);

/* The most rows and columns of one call; larger products are cut into such blocks, always at the
 * same places. */
enum { RS_BLAS_BLOCK_ROWS = 256, RS_BLAS_BLOCK_COLUMNS = 1024 };

#endif
