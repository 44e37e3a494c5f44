/* cpu_product.h - products cut into blocks for the threads of the CPU engine. */
#ifndef RS_CPU_PRODUCT_H
#define RS_CPU_PRODUCT_H

#include "engine/openblas.h"
#include "engine/thread_pool.h"

/* Each of the products was checked; `blas` is open. No result is read by another of them. The bits
 * of one do not depend on the others. */
void rs_cpu_products(const rs_openblas *blas, rs_thread_pool *pool, const rs_product *products,
                     size_t count);

#endif
