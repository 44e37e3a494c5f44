/* floor_avx512.c - the floor with 64-byte loads, aligned after the first few bytes. */
#include "floor.h"

#include <immintrin.h>

uint64_t rs_floor_avx512(const void *bytes, size_t count)
{
    const unsigned char *from = bytes;
    __m512i sum[4] = {_mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512(),
                      _mm512_setzero_si512()};
    uint64_t rest = 0;
    size_t at = 0;
    for (; at < count && ((uintptr_t)(from + at) & 63u) != 0; ++at) {
        rest += from[at];
    }
    for (; at + sizeof sum <= count; at += sizeof sum) {
        for (size_t lane = 0; lane < 4; ++lane) {
            sum[lane] = _mm512_add_epi64(sum[lane], _mm512_load_si512(from + at + 64 * lane));
        }
    }
    for (; at < count; ++at) {
        rest += from[at];
    }
    const __m512i all =
        _mm512_add_epi64(_mm512_add_epi64(sum[0], sum[1]), _mm512_add_epi64(sum[2], sum[3]));
    return (uint64_t)_mm512_reduce_add_epi64(all) + rest;
}
