/* set_file_fuzz.c - any bytes as label sets in whatever form.
 *
 * The first byte says for what they are read. What is accepted must be sets: inside the limits,
 * sorted, no class twice; names must find their rows; and joined with labels it is theirs.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "labels/set_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char ids[] = "n00000001\nn00000002\nn00000003\n";
enum { CLASSES = 900, ROWS = 4 };

static void require(int condition)
{
    if (!condition) {
        abort();
    }
}

static void check(const rs_real_sets *sets)
{
    int32_t largest = -1;
    require(sets->rows > 0 && sets->begin[0] == 0);
    require(sets->names.rows == 0 || sets->names.rows == sets->rows);
    for (uint32_t i = 0; i < sets->rows; ++i) {
        require(sets->begin[i] <= sets->begin[i + 1]);
        for (uint32_t k = sets->begin[i]; k < sets->begin[i + 1]; ++k) {
            const int32_t class_index = sets->class_index[k];
            require(class_index >= 0 && class_index < CLASSES);
            require(k == sets->begin[i] || sets->class_index[k - 1] < class_index);
            largest = class_index > largest ? class_index : largest;
        }
    }
    require(largest == sets->largest);
    for (uint32_t i = 0; i < sets->names.rows; ++i) {
        require(rs_file_names_find(&sets->names, rs_file_names_get(&sets->names, i)) == i);
    }
}

static void join(rs_real_sets *sets)
{
    const rs_file_names none = {0};
    rs_error error = {.status = RS_OK};
    const rs_status status = rs_set_file_join("labels", ROWS, &none, sets, &error);
    require(status == RS_OK || (error.status == status && error.reason[0] != '\0'));
    if (status == RS_OK) {
        require(sets->rows == ROWS);
        check(sets);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const bool original = size > 0 && data[0] % 2 == 1;
    rs_class_list list;
    rs_real_sets sets;
    rs_error error = {.status = RS_OK};
    require(rs_class_list_parse("ids", (const uint8_t *)ids, sizeof ids - 1, RS_CLASS_LIST_IDS,
                                &list, NULL) == RS_OK);
    const rs_set_context context = {
        .file = "sets",
        .ids = &list,
        .class_limit = CLASSES,
        .purpose = original ? RS_SETS_ORIGINAL : RS_SETS_REAL,
        .error = &error,
    };
    const rs_status status =
        rs_set_file_parse(&context, data + (size > 0), size - (size > 0), &sets);
    if (status == RS_OK) {
        check(&sets);
        join(&sets);
    } else {
        require(error.status == status && error.reason[0] != '\0');
        require(sets.begin == NULL && sets.class_index == NULL && sets.names.rows == 0);
    }
    rs_real_sets_clear(&sets);
    rs_class_list_clear(&list);
    return 0;
}
