/* record_sets.c - see record_sets.h. */
#include "report/record_sets.h"

#include <string.h>

static const rs_record *find(const rs_record *record, const char *name, size_t length)
{
    for (size_t s = 0; s < record->set_count; ++s) {
        const char *const own = record->set[s].name;
        if (strlen(own) == length && memcmp(own, name, length) == 0) {
            return &record->set[s].record;
        }
    }
    return NULL;
}

const rs_record *rs_record_find_set(const rs_record *record, const char *name)
{
    return find(record, name, strlen(name));
}

const rs_metric *rs_record_set_metric(const rs_record *record, const char *name)
{
    const char *const dot = strrchr(name, '.'); /* names of sets may hold some, metrics do not */
    const rs_record *const set = dot == NULL ? NULL : find(record, name, (size_t)(dot - name));
    return set == NULL ? NULL : rs_record_metric(set, dot + 1);
}

bool rs_set_name_is_plain(const char *name, size_t bytes)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789._+-";
    return bytes > 0 && bytes <= RS_SET_NAME_MAX && strspn(name, plain) >= bytes;
}

rs_set_names rs_records_sets(const rs_record *const *records, size_t count)
{
    rs_set_names list = {.count = 0};
    for (size_t i = 0; i < count; ++i) {
        for (size_t s = 0; s < records[i]->set_count; ++s) {
            const char *const name = records[i]->set[s].name;
            size_t at = 0;
            while (at < list.count && strcmp(list.name[at], name) != 0) {
                ++at;
            }
            if (at == list.count && at < RS_RECORD_SETS_MAX) {
                list.name[list.count++] = name;
            }
        }
    }
    return list;
}
