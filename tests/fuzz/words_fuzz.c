/* words_fuzz.c - any bytes as a line of a list of models. */
#include <stdlib.h>
#include <string.h>

#include "base/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rs_words words;
    size_t bytes = 0;
    if (rs_words_split((const char *)data, size, &words, NULL) == RS_OK) {
        for (size_t i = 0; i < words.count; ++i) {
            bytes += strlen(words.word[i]);
        }
        if (bytes > size || words.word[words.count] != NULL) {
            abort();
        }
    }
    rs_words_clear(&words);
    return 0;
}
