/* crc32_avx2.c - words of 32 bytes, folded by additions alone.
 *
 * A checksum is the remainder of a polynomial, the message, divided by that of the checksum. One
 * multiple of the latter has five terms only: x^300 + x^155 + x^117 + x^89 + 1. Its power of 256,
 * x^(256*300) + x^(256*155) + ..., is a multiple too, and its terms are whole words apart. So a
 * word may be taken out of the message if it is added to those 145, 183, 211 and 300 words on;
 * the last 300 words, when all others are out, have the remainder of the whole message.
 *
 * Word n with all that was added to it, s[n], is d[n] + s[n - 145] + s[n - 183] + s[n - 211] +
 * s[n - 300]: of the 300 words that are kept the oldest, the last one here, makes room for it.
 * Multiplication without carries (PCLMULQDQ), as it is commonly done, took twice as long on a
 * processor of 2021. The idea of sparse multiples is that of Chorba (Hyyppa and others, 2024).
 */
#include "base/crc32.h"

#include <immintrin.h>

/* Of the word that makes room, where those stand that are added: 300 less each distance. */
enum { NEAREST = 155, MIDDLE = 117, FARTHEST = 89 };

/* Words [begin, end) of those kept; near, middle and far are where theirs are. */
static const uint8_t *fold_run(rs_crc32_sum *sum, size_t begin, size_t end, size_t near,
                               size_t middle, size_t far, const uint8_t *data)
{
    const __m256i *const kept = (const __m256i *)(const void *)sum->word;
    __m256i *const out = (__m256i *)(void *)sum->word;
    for (size_t i = 0; i < end - begin; ++i, data += RS_CRC32_WORD) {
        const __m256i word = _mm256_loadu_si256((const __m256i *)(const void *)data);
        const __m256i a = _mm256_xor_si256(word, kept[begin + i]);
        const __m256i b = _mm256_xor_si256(kept[near + i], kept[middle + i]);
        const __m256i c = _mm256_xor_si256(b, kept[far + i]);
        _mm256_store_si256(out + begin + i, _mm256_xor_si256(a, c));
    }
    return data;
}

static size_t wrapped(size_t index)
{
    return index < RS_CRC32_WORDS ? index : index - RS_CRC32_WORDS;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

void rs_crc32_fold_avx2(rs_crc32_sum *sum, const uint8_t *data, size_t words)
{
    while (words > 0) { /* up to where the first of the places comes to the end */
        const size_t at = sum->next;
        const size_t near = wrapped(at + NEAREST);
        const size_t middle = wrapped(at + MIDDLE);
        const size_t far = wrapped(at + FARTHEST);
        size_t run = smaller(words, RS_CRC32_WORDS - at);
        run = smaller(run, RS_CRC32_WORDS - near);
        run = smaller(run, RS_CRC32_WORDS - middle);
        run = smaller(run, RS_CRC32_WORDS - far);
        data = fold_run(sum, at, at + run, near, middle, far, data);
        sum->next = (unsigned)wrapped(at + run);
        words -= run;
    }
}
