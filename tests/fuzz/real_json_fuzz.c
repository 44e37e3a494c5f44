/* real_json_fuzz.c - any bytes as a real.json.
 *
 * What is accepted must be sets: inside the limits, sorted, no class twice; and written out again
 * in another spelling it must be read as the same sets.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "labels/real_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition)
{
    if (!condition) {
        abort();
    }
}

static void check(const rs_real_sets *sets, uint32_t class_limit)
{
    int32_t largest = -1;
    require(sets->rows > 0 && sets->begin[0] == 0);
    for (uint32_t i = 0; i < sets->rows; ++i) {
        require(sets->begin[i] <= sets->begin[i + 1]);
        for (uint32_t k = sets->begin[i]; k < sets->begin[i + 1]; ++k) {
            const int32_t class_index = sets->class_index[k];
            require(class_index >= 0 && (uint32_t)class_index < class_limit);
            require(k == sets->begin[i] || sets->class_index[k - 1] < class_index);
            largest = class_index > largest ? class_index : largest;
        }
    }
    require(largest == sets->largest);
}

/* Descending, and with white space in places where the usual spelling has none. */
static void write_differently(const rs_real_sets *sets, rs_text *text)
{
    rs_text_printf(text, "\n[ ");
    for (uint32_t i = 0; i < sets->rows; ++i) {
        rs_text_printf(text, "%s[", i > 0 ? ",\t" : "");
        for (uint32_t k = sets->begin[i + 1]; k > sets->begin[i]; --k) {
            rs_text_printf(text, "%s %d", k < sets->begin[i + 1] ? " ," : "",
                           (int)sets->class_index[k - 1]);
        }
        rs_text_printf(text, "]");
    }
    rs_text_printf(text, "]\r\n");
}

static void read_again(const rs_real_sets *sets, uint32_t class_limit)
{
    rs_text text = {0};
    rs_real_sets again;
    write_differently(sets, &text);
    require(rs_real_json_parse("again", (const uint8_t *)text.data, text.length, class_limit,
                               &again, NULL) == RS_OK);
    require(again.rows == sets->rows && again.largest == sets->largest);
    require(memcmp(again.begin, sets->begin, (sets->rows + 1) * sizeof *sets->begin) == 0);
    require(memcmp(again.class_index, sets->class_index,
                   sets->begin[sets->rows] * sizeof *sets->class_index) == 0);
    rs_real_sets_clear(&again);
    rs_text_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* The first byte chooses the number of classes. */
    const uint32_t class_limit = size > 0 && data[0] % 2 == 0 ? 65536 : 1000;
    const uint8_t *const text = data + (size > 0);
    const size_t length = size - (size > 0);
    rs_real_sets sets;
    rs_error error;
    memset(&error, 0, sizeof error);
    if (rs_real_json_parse("real.json", text, length, class_limit, &sets, &error) == RS_OK) {
        check(&sets, class_limit);
        read_again(&sets, class_limit);
    } else {
        require(error.status != RS_OK && error.reason[0] != '\0');
        require(error.place.kind == RS_PLACE_BYTE && error.place.at <= length);
        require(sets.begin == NULL && sets.class_index == NULL);
    }
    rs_real_sets_clear(&sets);
    return 0;
}
