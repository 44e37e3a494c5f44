/* floor.c - the floor in plain C, and which floor belongs to which instruction set. */
#include "floor.h"

#include <string.h>

uint64_t rs_floor_portable(const void *bytes, size_t count)
{
    const unsigned char *from = bytes;
    uint64_t sum[8] = {0};
    size_t at = 0;
    for (; at + sizeof sum <= count; at += sizeof sum) {
        uint64_t word[8];
        memcpy(word, from + at, sizeof word);
        for (int lane = 0; lane < 8; ++lane) {
            sum[lane] += word[lane];
        }
    }
    for (; at < count; ++at) {
        sum[0] += from[at];
    }
    return sum[0] + sum[1] + sum[2] + sum[3] + sum[4] + sum[5] + sum[6] + sum[7];
}

rs_floor_function rs_floor_get(rs_isa isa)
{
#if defined(__x86_64__)
    if (isa == RS_ISA_AVX2) {
        return rs_floor_avx2;
    }
    if (isa == RS_ISA_AVX512) {
        return rs_floor_avx512;
    }
#endif
    (void)isa;
    return rs_floor_portable;
}
