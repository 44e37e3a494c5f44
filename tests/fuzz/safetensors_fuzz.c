/* safetensors_fuzz.c - any bytes as a .safetensors file, with and without the name of a tensor. */
#include "fuzz/fuzz_source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const tensors[] = {NULL, "logits"};
    for (size_t i = 0; i < sizeof tensors / sizeof tensors[0]; ++i) {
        const rs_source_options options = {.tensor = tensors[i]};
        fuzz_every_way(data, size, &options);
    }
    return 0;
}
