/* count_text.h - counts as people read them. */
#ifndef RS_COUNT_TEXT_H
#define RS_COUNT_TEXT_H

#include <stdint.h>

enum { RS_COUNT_TEXT_BYTES = 32 };

/* 1234567 -> "1,234,567" */
const char *rs_count_text(uint64_t count, char out[RS_COUNT_TEXT_BYTES]);

#endif
