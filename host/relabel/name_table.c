/* name_table.c - open addressing, at most half full. */
#include "relabel/name_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/hash.h"
#include "labels/file_names.h"

enum { FIRST_SLOTS = 1024, FIRST_NAMES = 256, FIRST_TEXT_BYTES = 4096 };

/* What two spellings of one name have in common. */
typedef struct name_key {
    rs_span text;
    uint32_t number; /* of an ILSVRC image, else 0 */
} name_key;

static name_key key_of(const rs_name_table *table, rs_span name)
{
    if (!table->images) {
        return (name_key){name, 0};
    }
    const rs_span base = rs_base_name(name);
    return (name_key){base, rs_ilsvrc_number(base)};
}

static bool is_same(name_key a, name_key b)
{
    if (a.number != 0 || b.number != 0) {
        return a.number == b.number;
    }
    return a.text.length == b.text.length && memcmp(a.text.text, b.text.text, a.text.length) == 0;
}

static uint64_t hash_of(name_key key)
{
    return key.number != 0 ? rs_hash(&key.number, sizeof key.number)
                           : rs_hash(key.text.text, key.text.length);
}

rs_span rs_name_table_get(const rs_name_table *table, uint32_t index)
{
    return (rs_span){table->text + table->begin[index],
                     (size_t)(table->begin[index + 1] - table->begin[index])};
}

/* The slot of the name, or the empty one where it would go. */
static uint64_t find_slot(const rs_name_table *table, name_key key)
{
    uint64_t at = hash_of(key) & (table->slot_count - 1);
    while (table->slot[at] != 0 &&
           !is_same(key, key_of(table, rs_name_table_get(table, table->slot[at] - 1)))) {
        at = (at + 1) & (table->slot_count - 1);
    }
    return at;
}

int64_t rs_name_table_find(const rs_name_table *table, rs_span name)
{
    if (table->slot_count == 0) {
        return -1;
    }
    return (int64_t)table->slot[find_slot(table, key_of(table, name))] - 1;
}

static rs_status grow_slots(rs_name_table *table, rs_error *error)
{
    if (2 * ((uint64_t)table->count + 1) <= table->slot_count) {
        return RS_OK;
    }
    uint32_t *made = NULL;
    const uint64_t slots = table->slot_count == 0 ? FIRST_SLOTS : 2 * table->slot_count;
    RS_TRY(RS_NEW(&made, slots, "names", error));
    free(table->slot);
    table->slot = made;
    table->slot_count = slots;
    for (uint32_t i = 0; i < table->count; ++i) {
        table->slot[find_slot(table, key_of(table, rs_name_table_get(table, i)))] = i + 1;
    }
    return RS_OK;
}

static rs_status grow_text(rs_name_table *table, size_t more, rs_error *error)
{
    const uint64_t used = table->count == 0 ? 0 : table->begin[table->count];
    if ((uint64_t)table->count + 2 > table->begin_capacity) {
        const uint64_t capacity =
            table->begin_capacity == 0 ? FIRST_NAMES : 2 * table->begin_capacity;
        RS_TRY(RS_GROW(&table->begin, capacity, "names", error));
        table->begin_capacity = capacity;
        table->begin[table->count] = used;
    }
    if (used + more > table->text_capacity) {
        uint64_t capacity =
            table->text_capacity == 0 ? FIRST_TEXT_BYTES : 2 * table->text_capacity;
        capacity = capacity < used + more ? used + more : capacity;
        RS_TRY(RS_GROW(&table->text, capacity, "names", error));
        table->text_capacity = capacity;
    }
    return RS_OK;
}

rs_status rs_name_table_add(rs_name_table *table, rs_span name, uint32_t *index, rs_error *error)
{
    if (table->count > 0) {
        const rs_span last = rs_name_table_get(table, table->last);
        if (last.length == name.length && memcmp(last.text, name.text, name.length) == 0) {
            *index = table->last;
            return RS_OK;
        }
    }
    if (table->count >= UINT32_MAX - 1) {
        return rs_fail(error, RS_RANGE, NULL, rs_nowhere(), NULL, "there are too many names");
    }
    RS_TRY(grow_slots(table, error));
    const uint64_t at = find_slot(table, key_of(table, name));
    if (table->slot[at] == 0) {
        RS_TRY(grow_text(table, name.length, error));
        const uint64_t begin = table->begin[table->count];
        memcpy(table->text + begin, name.text, name.length);
        table->begin[table->count + 1] = begin + name.length;
        table->slot[at] = ++table->count;
    }
    table->last = table->slot[at] - 1;
    *index = table->last;
    return RS_OK;
}

void rs_name_table_clear(rs_name_table *table)
{
    free(table->text);
    free(table->begin);
    free(table->slot);
    *table = (rs_name_table){.images = table->images};
}
