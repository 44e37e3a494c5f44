/* floor.h - the least that any pass can do: read the bytes once and add them up.
 *
 * One loop per instruction set, with as many accumulators as it takes to keep memory busy. The sum
 * is returned so that nobody can leave the reading out.
 */
#ifndef RS_BENCH_FLOOR_H
#define RS_BENCH_FLOOR_H

#include <stddef.h>
#include <stdint.h>

#include "reassess/evaluator.h"

typedef uint64_t (*rs_floor_function)(const void *bytes, size_t count);

uint64_t rs_floor_portable(const void *bytes, size_t count);
uint64_t rs_floor_avx2(const void *bytes, size_t count);
uint64_t rs_floor_avx512(const void *bytes, size_t count);

rs_floor_function rs_floor_get(rs_isa isa);

#endif
