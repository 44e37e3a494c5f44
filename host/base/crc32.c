/* crc32.c - bytes are cut into words for crc32_avx2.c; what that leaves is summed by libdeflate. */
#include "base/crc32.h"

#include <libdeflate.h>
#include <string.h>
#include <zlib.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

/* The distances of crc32_avx2.c, without the longest. */
enum { NEAREST = 145, MIDDLE = 183, FARTHEST = 211 };

/* Asked of the processor for the reason that row_kernel.c gives. */
static bool has_wide_words(void)
{
#if defined(__x86_64__)
    enum { KEPT_AVX = 0x06 };
    unsigned eax = 0;
    unsigned ebx = 0;
    unsigned ecx = 0;
    unsigned edx = 0;
    unsigned kept = 0;
    if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0 || (ecx & bit_OSXSAVE) == 0) {
        return false;
    }
    __asm__ volatile("xgetbv" : "=a"(kept), "=d"(edx) : "c"(0));
    return (kept & KEPT_AVX) == KEPT_AVX && __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 &&
           (ebx & bit_AVX2) != 0;
#else
    return false;
#endif
}

static void fold(rs_crc32_sum *sum, const uint8_t *data, size_t words)
{
#if defined(__x86_64__)
    sum->begun = sum->begun || words > 0;
    rs_crc32_fold_avx2(sum, data, words);
#else
    (void)sum;
    (void)data;
    (void)words;
#endif
}

void rs_crc32_begin(rs_crc32_sum *sum, uint32_t crc)
{
    sum->wide = has_wide_words();
    sum->begun = false;
    sum->crc = crc;
    sum->next = 0;
    sum->rest_bytes = 0;
    if (sum->wide) {
        /* What came before is as good as these bits added to the first four bytes. The first word
         * is added to the oldest one that is kept, which is this. */
        const uint32_t bits = ~crc;
        memset(sum->word, 0, sizeof sum->word);
        for (unsigned i = 0; i < sizeof bits; ++i) {
            sum->word[0][i] = (uint8_t)(bits >> (8 * i));
        }
    }
}

void rs_crc32_add(rs_crc32_sum *sum, const void *data, size_t size)
{
    const uint8_t *from = data;
    if (!sum->wide) {
        sum->crc = libdeflate_crc32(sum->crc, from, size);
        return;
    }
    if (sum->rest_bytes > 0) {
        const size_t room = RS_CRC32_WORD - sum->rest_bytes;
        const size_t part = size < room ? size : room;
        memcpy(sum->rest + sum->rest_bytes, from, part);
        sum->rest_bytes += part;
        from += part;
        size -= part;
        if (sum->rest_bytes < RS_CRC32_WORD) {
            return;
        }
        fold(sum, sum->rest, 1);
    }
    const size_t words = size / RS_CRC32_WORD;
    fold(sum, from, words);
    sum->rest_bytes = size - words * RS_CRC32_WORD;
    memcpy(sum->rest, from + words * RS_CRC32_WORD, sum->rest_bytes);
}

static void add_word(uint8_t *word, const uint8_t *other)
{
    for (size_t i = 0; i < RS_CRC32_WORD; ++i) {
        word[i] ^= other[i];
    }
}

/* The words that are kept were added to ones that never came: it is taken out of them again. */
uint32_t rs_crc32_end(const rs_crc32_sum *sum)
{
    uint8_t left[RS_CRC32_WORDS][RS_CRC32_WORD];
    uint8_t kept[RS_CRC32_WORDS][RS_CRC32_WORD];
    if (!sum->begun) {
        return libdeflate_crc32(sum->crc, sum->rest, sum->rest_bytes);
    }
    const size_t older = RS_CRC32_WORDS - sum->next;
    memcpy(kept, sum->word[sum->next], older * RS_CRC32_WORD);
    memcpy(kept[older], sum->word, sum->next * (size_t)RS_CRC32_WORD);
    memcpy(left, kept, sizeof left);
    for (size_t i = NEAREST; i < RS_CRC32_WORDS; ++i) {
        add_word(left[i], kept[i - NEAREST]);
        if (i >= MIDDLE) {
            add_word(left[i], kept[i - MIDDLE]);
        }
        if (i >= FARTHEST) {
            add_word(left[i], kept[i - FARTHEST]);
        }
    }
    /* As if nothing had come before. */
    const uint32_t crc = libdeflate_crc32(UINT32_MAX, left, sizeof left);
    return libdeflate_crc32(crc, sum->rest, sum->rest_bytes);
}

uint32_t rs_crc32(uint32_t crc, const void *data, size_t size)
{
    enum { WORTH_FOLDING_BYTES = 128 << 10 };
    rs_crc32_sum sum;
    if (size < WORTH_FOLDING_BYTES) {
        return libdeflate_crc32(crc, data, size);
    }
    rs_crc32_begin(&sum, crc);
    rs_crc32_add(&sum, data, size);
    return rs_crc32_end(&sum);
}

uint32_t rs_crc32_join(uint32_t first, uint32_t second, uint64_t second_bytes)
{
    return (uint32_t)crc32_combine(first, second, (z_off_t)second_bytes);
}
