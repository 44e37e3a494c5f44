/* npz_fuzz.c - any bytes as an .npz archive, with and without the name of a member.
 *
 * A checksum stands in the way of a fuzzer that wants to get into a member: the directory, the
 * local headers and the deflated data are what is tried here, the .npy header by npy_fuzz.c.
 */
#include "fuzz/fuzz_source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const members[] = {NULL, "logits"};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; ++i) {
        const rs_source_options options = {.tensor = members[i]};
        fuzz_every_way(data, size, &options);
    }
    return 0;
}
