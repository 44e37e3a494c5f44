/* labels_fuzz.c - any bytes as the text files of the labels.
 *
 * The first byte says which: original labels (with and without a class list), a class list, a list
 * of images, a class map. What is accepted must keep what the headers promise.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "labels/class_list.h"
#include "labels/class_map.h"
#include "labels/image_order.h"
#include "labels/original_labels.h"
#include "reassess/labels.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char ids[] = "n01\nn02\nn03\nn04\nn05\nn06\nn07\nn08\n";
enum { CLASSES = 8, ROWS = 4 };

static void require(int condition)
{
    if (!condition) {
        abort();
    }
}

static void expect_outcome(rs_status status, const rs_error *error, int made)
{
    require((status == RS_OK) == (made != 0));
    if (status != RS_OK) {
        require(error->status == status && error->reason[0] != '\0');
    }
}

static rs_class_list known_ids(void)
{
    rs_class_list list;
    require(rs_class_list_parse("ids", (const uint8_t *)ids, sizeof ids - 1, RS_CLASS_LIST_IDS,
                                &list, NULL) == RS_OK);
    return list;
}

static void fuzz_original(const uint8_t *text, size_t size, const rs_class_list *list,
                          uint32_t class_limit)
{
    rs_original_labels labels;
    rs_error error = {.status = RS_OK};
    const rs_status status =
        rs_original_labels_parse("labels", text, size, list, class_limit, &labels, &error);
    expect_outcome(status, &error, labels.label != NULL);
    for (uint64_t i = 0; i < labels.rows; ++i) {
        require(labels.label[i] >= -1 && labels.label[i] < (int32_t)class_limit);
        require(labels.label[i] <= labels.largest);
        require(labels.label[i] == -1 || labels.label[i] >= labels.smallest);
    }
    for (uint32_t i = 0; i < labels.names.rows; ++i) {
        require(rs_file_names_find(&labels.names, rs_file_names_get(&labels.names, i)) == i);
    }
    rs_original_labels_clear(&labels);
}

static void fuzz_class_list(const uint8_t *text, size_t size, rs_class_list_kind kind)
{
    rs_class_list list;
    rs_error error = {.status = RS_OK};
    const rs_status status = rs_class_list_parse("classes", text, size, kind, &list, &error);
    expect_outcome(status, &error, list.count > 0);
    for (uint32_t c = 0; c < list.count; ++c) {
        const char *const id = rs_class_list_get(&list, c);
        require(id[0] != '\0');
        if (kind == RS_CLASS_LIST_IDS) {
            require(rs_class_list_find(&list, (rs_span){id, strlen(id)}) == (int32_t)c);
        }
    }
    rs_class_list_clear(&list);
}

static void fuzz_order(const uint8_t *text, size_t size)
{
    static const int32_t original[ROWS] = {3, 1, 3, 0};
    rs_labels *labels = NULL;
    rs_order *order = NULL;
    rs_error error = {.status = RS_OK};
    require(rs_labels_create(ROWS, CLASSES, original, NULL, NULL, &labels, NULL) == RS_OK);
    const rs_status status = rs_order_parse(labels, "list", text, size, &order, &error);
    expect_outcome(status, &error, order != NULL);
    if (order != NULL) {
        unsigned seen = 0;
        for (uint64_t i = 0; i < rs_order_rows(order); ++i) {
            require(rs_order_get(order)[i] < ROWS);
            seen |= 1u << rs_order_get(order)[i];
        }
        require(rs_order_rows(order) == ROWS + rs_order_repeats(order));
        require(seen == (1u << ROWS) - 1);
    }
    rs_order_free(order);
    rs_labels_free(labels);
}

static void check_map(const rs_class_map *map)
{
    uint32_t mapped = 0;
    require(map->classes == CLASSES && map->positions > 0 && map->positions <= map->classes);
    require(map->column_begin[0] == 0);
    for (uint32_t p = 0; p < map->positions; ++p) {
        require(map->class_position[map->position_class[p]] == (int32_t)p);
        require(p == 0 || map->position_class[p - 1] < map->position_class[p]);
        require(map->column_begin[p] < map->column_begin[p + 1]);
        for (uint32_t k = map->column_begin[p]; k < map->column_begin[p + 1]; ++k, ++mapped) {
            require(map->column[k] < map->columns);
        }
    }
    require(mapped <= map->columns);
}

static void fuzz_class_map(const uint8_t *text, size_t size)
{
    static const int32_t original[1] = {0};
    rs_labels *labels = NULL;
    rs_class_map *map = NULL;
    rs_error error = {.status = RS_OK};
    require(rs_labels_create(1, CLASSES, original, NULL, NULL, &labels, NULL) == RS_OK);
    const rs_status status = rs_class_map_parse(labels, "map", text, size, &map, &error);
    expect_outcome(status, &error, map != NULL);
    if (map != NULL) {
        check_map(map);
    }
    rs_class_map_free(map);
    rs_labels_free(labels);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    const rs_class_list none = {0};
    rs_class_list list = known_ids();
    const uint8_t *const text = data + 1;
    const size_t length = size - 1;
    switch (data[0] % 8) {
    case 0:
    case 1:
        fuzz_original(text, length, &none, RS_CLASSES_MAX);
        break;
    case 2:
        fuzz_original(text, length, &none, 1000);
        break;
    case 3:
        fuzz_original(text, length, &list, CLASSES);
        break;
    case 4:
        fuzz_class_list(text, length, RS_CLASS_LIST_IDS);
        break;
    case 5:
        fuzz_class_list(text, length, RS_CLASS_LIST_NAMES);
        break;
    case 6:
        fuzz_order(text, length);
        break;
    default:
        fuzz_class_map(text, length);
        break;
    }
    rs_class_list_clear(&list);
    return 0;
}
