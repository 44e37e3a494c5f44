/* fit_kernels.h - the loops of a training step beside its products, in float or double. */
#ifndef RS_FIT_KERNELS_H
#define RS_FIT_KERNELS_H

#include <stdint.h>

#include "fit/fit.h"

typedef struct rs_fit_rate {
    double lr;
    double momentum;
    double weight_decay;
} rs_fit_rate;

/* Turns a row's logits into the gradient of its loss, times `scale`, and returns the loss, which is
 * NaN or infinite where one of the logits is. `label` holds at least one class, none twice. */
typedef double (*rs_loss_kernel)(void *row, uint32_t classes, const int32_t *label,
                                 uint32_t labels, double scale);

typedef struct rs_fit_kernels {
    rs_loss_kernel softmax;
    rs_loss_kernel sigmoid;
    /* velocity = momentum velocity + gradient + weight_decay value; value -= lr velocity */
    void (*update)(const rs_fit_rate *rate, void *value, void *velocity, const void *gradient,
                   uint64_t count);
    /* out[j] = sum over `rows` rows, which lie `stride` elements apart, of element j */
    void (*add_rows)(const void *first, uint64_t rows, uint64_t stride, uint32_t columns,
                     void *out);
} rs_fit_kernels;

const rs_fit_kernels *rs_fit_kernels_of(rs_dtype dtype); /* F32 or F64 */

#endif
