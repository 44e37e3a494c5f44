/* random.h - the random numbers of the project: xoshiro256** seeded by splitmix64 (Blackman &
 * Vigna).
 *
 * Deterministic on every machine. A generator is made from a seed and a stream number, so that work
 * split over threads draws the same numbers however it is split.
 */
#ifndef RS_RANDOM_H
#define RS_RANDOM_H

#include <stdint.h>

typedef struct rs_random {
    uint64_t state[4];
} rs_random;

static inline uint64_t rs_splitmix64(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static inline rs_random rs_random_make(uint64_t seed, uint64_t stream)
{
    uint64_t mixed_stream = stream ^ UINT64_C(0x6a09e667f3bcc909);
    uint64_t mix = seed ^ rs_splitmix64(&mixed_stream);
    rs_random random;
    for (int i = 0; i < 4; ++i) {
        random.state[i] = rs_splitmix64(&mix);
    }
    return random;
}

static inline uint64_t rs_random_u64(rs_random *random)
{
    uint64_t *const s = random->state;
    const uint64_t product = s[1] * 5;
    const uint64_t result = ((product << 7) | (product >> 57)) * 9;
    const uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = (s[3] << 45) | (s[3] >> 19);
    return result;
}

/* Uniform in [0, 1): 53 bits. */
static inline double rs_random_unit(rs_random *random)
{
    return (double)(rs_random_u64(random) >> 11) * 0x1.0p-53;
}

/* Uniform in [0, bound), bound > 0, without bias (Lemire). */
static inline uint32_t rs_random_below(rs_random *random, uint32_t bound)
{
    uint64_t product = (uint64_t)(uint32_t)(rs_random_u64(random) >> 32) * bound;
    if ((uint32_t)product < bound) {
        const uint32_t threshold = (uint32_t)(0u - bound) % bound;
        while ((uint32_t)product < threshold) {
            product = (uint64_t)(uint32_t)(rs_random_u64(random) >> 32) * bound;
        }
    }
    return (uint32_t)(product >> 32);
}

#endif
