/* crc32.h - the checksum of zip archives, of bytes that come in parts.
 *
 * Every processor gives the same sums. Where there are registers of 32 bytes a sum takes a fraction
 * of what scoring the bytes takes (crc32_avx2.c), elsewhere it is libdeflate's.
 */
#ifndef RS_CRC32_H
#define RS_CRC32_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    RS_CRC32_WORD = 32,  /* bytes that are folded at a time */
    RS_CRC32_WORDS = 300 /* so many of them are kept */
};

typedef struct rs_crc32_sum {
    /* only if wide */
    __attribute__((aligned(64))) uint8_t word[RS_CRC32_WORDS][RS_CRC32_WORD];
    unsigned next;    /* of the words, the oldest: the next to be replaced */
    bool wide;
    bool begun;       /* words were folded */
    uint32_t crc;     /* until then, or if not wide, of what came so far */
    uint8_t rest[RS_CRC32_WORD]; /* the bytes of a word that is not whole yet */
    size_t rest_bytes;
} rs_crc32_sum;

/* Goes on from `crc`, 0 at the start. */
void rs_crc32_begin(rs_crc32_sum *sum, uint32_t crc);
void rs_crc32_add(rs_crc32_sum *sum, const void *data, size_t size);
uint32_t rs_crc32_end(const rs_crc32_sum *sum);

/* All at once: of what gave `crc` and `size` bytes behind it. */
uint32_t rs_crc32(uint32_t crc, const void *data, size_t size);

/* Of two parts, one behind the other, from the sums of both. */
uint32_t rs_crc32_join(uint32_t first, uint32_t second, uint64_t second_bytes);

#if defined(__x86_64__)
/* Folds so many words from `data` on. */
void rs_crc32_fold_avx2(rs_crc32_sum *sum, const uint8_t *data, size_t words);
#endif

#endif
