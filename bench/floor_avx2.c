/* floor_avx2.c - the floor with 32-byte loads, aligned after the first few bytes. */
#include "floor.h"

#include <immintrin.h>

uint64_t rs_floor_avx2(const void *bytes, size_t count)
{
    const unsigned char *from = bytes;
    __m256i sum[4] = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(),
                      _mm256_setzero_si256()};
    uint64_t rest = 0;
    size_t at = 0;
    for (; at < count && ((uintptr_t)(from + at) & 31u) != 0; ++at) {
        rest += from[at];
    }
    for (; at + sizeof sum <= count; at += sizeof sum) {
        for (size_t lane = 0; lane < 4; ++lane) {
            const __m256i *block = (const __m256i *)(const void *)(from + at) + lane;
            sum[lane] = _mm256_add_epi64(sum[lane], _mm256_load_si256(block));
        }
    }
    for (; at < count; ++at) {
        rest += from[at];
    }
    uint64_t out[4];
    _mm256_storeu_si256((__m256i *)(void *)out, _mm256_add_epi64(_mm256_add_epi64(sum[0], sum[1]),
                                                                 _mm256_add_epi64(sum[2], sum[3])));
    return out[0] + out[1] + out[2] + out[3] + rest;
}
