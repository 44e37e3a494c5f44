/* tally_fuzz.c - any bytes as a .tally file, sealed with a checksum that holds.
 *
 * What is accepted is written again to the same bytes (unless they are of an earlier form), adds up
 * with itself or is refused, and gives metrics.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "reassess/metrics.h"
#include "tally/tally_bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FORM_AT = 7 };

static void use(const rs_tally *tally, const char *note, const uint8_t *sealed, size_t size)
{
    rs_text again = {0};
    rs_metrics metrics = {0};
    rs_tally_encode(tally, note, &again);
    if (rs_text_check(&again, NULL) == RS_OK && again.data[FORM_AT] == (char)sealed[FORM_AT] &&
        (again.length != size || memcmp(again.data, sealed, size) != 0)) {
        abort();
    }
    rs_text_clear(&again);
    (void)rs_metrics_compute(tally, NULL, &metrics, NULL);
    rs_metrics_clear(&metrics);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *sealed = malloc(size + sizeof(uint64_t));
    rs_tally *tally = NULL;
    rs_tally *sum = NULL;
    char *note = NULL;
    if (sealed == NULL) {
        return 0;
    }
    if (size > 0) {
        memcpy(sealed, data, size);
    }
    const uint64_t hash = rs_hash(data, size);
    for (size_t i = 0; i < sizeof hash; ++i) {
        sealed[size + i] = (uint8_t)(hash >> (8 * i));
    }
    size += sizeof hash;
    if (rs_tally_decode("fuzz", sealed, size, &tally, &note, NULL) == RS_OK) {
        use(tally, note, sealed, size);
        if (rs_tally_create(rs_tally_get_shape(tally), &sum, NULL) == RS_OK &&
            (rs_tally_add(sum, tally, NULL) != RS_OK || !rs_tally_equal(sum, tally) ||
             (rs_tally_rows(sum) > 0 && rs_tally_add(sum, tally, NULL) == RS_OK))) {
            abort();
        }
    }
    rs_tally_free(sum);
    rs_tally_free(tally);
    free(note);
    free(sealed);
    return 0;
}
