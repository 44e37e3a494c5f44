/* npy_fuzz.c - any bytes as a .npy file, with and without --dtype. */
#include "fuzz/fuzz_source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const rs_dtype wanted[] = {RS_DTYPE_NONE, RS_DTYPE_BF16};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; ++i) {
        const rs_source_options options = {.dtype = wanted[i]};
        fuzz_every_way(data, size, &options);
    }
    return 0;
}
