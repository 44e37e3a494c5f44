/* digits.h - decimal numbers, eight bytes at a time.
 *
 * Loading labels must cost about a millisecond, and label files are little else than short numbers.
 * Digits are found and converted in one word without a branch per digit: a loop over the digits
 * mispredicts once per number, which alone would double the time.
 */
#ifndef RS_DIGITS_H
#define RS_DIGITS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* How many decimal digits stand at `at` (8 means eight or more), and the number they make. `at` is
 * not beyond `end`. The machines this runs on are little-endian: the first byte is the lowest. */
static inline unsigned rs_digits(const uint8_t *at, const uint8_t *end, uint32_t *value)
{
    uint64_t word = 0;
    if (end - at >= 8) {
        memcpy(&word, at, 8);
    } else if (end > at) {
        memcpy(&word, at, (size_t)(end - at));
    }
    word ^= UINT64_C(0x3030303030303030);
    /* a byte above 9 sets its highest bit; carries reach only bytes behind the first such byte */
    const uint64_t others =
        (word | (word + UINT64_C(0x7676767676767676))) & UINT64_C(0x8080808080808080);
    const unsigned count = others == 0 ? 8u : (unsigned)__builtin_ctzll(others) / 8u;
    if (count == 0) {
        *value = 0;
        return 0;
    }
    word <<= 64u - 8u * count; /* leading zeros in front: always eight digits */
    word = word * 10 + (word >> 8);
    const uint64_t high = (word & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x000f424000000064);
    const uint64_t low =
        ((word >> 16) & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x0000271000000001);
    *value = (uint32_t)((high + low) >> 32);
    return count;
}

/* True when exactly three digits, no zero first, stand at `at`; *value gets the number. Four bytes
 * must be there. */
static inline bool rs_three_digits(const uint8_t *at, uint32_t *value)
{
    uint32_t word = 0;
    memcpy(&word, at, 4);
    word ^= 0x30303030u;
    const uint32_t others = (word | (word + 0x76767676u)) & 0x80808080u;
    *value = (word & 0xffu) * 100 + (word >> 8 & 0xffu) * 10 + (word >> 16 & 0xffu);
    return others == 0x80000000u && (word & 0xffu) != 0;
}

#endif
