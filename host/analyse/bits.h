/* bits.h - sets of rows, one bit each, in 64-bit words. */
#ifndef RS_BITS_H
#define RS_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline size_t rs_bit_words(uint64_t rows)
{
    return (size_t)(rows / 64 + (rows % 64 != 0));
}

static inline bool rs_bit_get(const uint64_t *bits, uint64_t at)
{
    return (bits[at / 64] >> (at % 64) & 1) != 0;
}

static inline void rs_bit_set(uint64_t *bits, uint64_t at)
{
    bits[at / 64] |= UINT64_C(1) << (at % 64);
}

static inline void rs_bit_clear(uint64_t *bits, uint64_t i)
{
    bits[i / 64] &= ~(UINT64_C(1) << (i % 64));
}

/* Without the instruction, which not every x86-64 has: sums of neighbouring bits, side by side. */
static inline unsigned rs_bit_count(uint64_t word)
{
    word -= (word >> 1) & UINT64_C(0x5555555555555555);
    word = (word & UINT64_C(0x3333333333333333)) + ((word >> 2) & UINT64_C(0x3333333333333333));
    word = (word + (word >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (unsigned)((word * UINT64_C(0x0101010101010101)) >> 56);
}

#endif
