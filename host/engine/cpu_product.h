/* cpu_product.h - a product cut into blocks for the threads of the CPU engine. */
#ifndef RS_CPU_PRODUCT_H
#define RS_CPU_PRODUCT_H

#include "engine/openblas.h"
#include "engine/thread_pool.h"

/* `product` was checked; `blas` is open. */
void rs_cpu_product(const rs_openblas *blas, rs_thread_pool *pool, const rs_product *product);

#endif
