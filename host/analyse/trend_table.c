/* trend_table.c - a table from files, and models by their families. */
#include <stdlib.h>
#include <string.h>

#include "analyse/trend_csv.h"
#include "base/checked.h"
#include "base/error.h"
#include "base/file_read.h"
#include "base/text.h"
#include "formats/convert_advice.h"

enum { TREND_BYTES_MAX = 64 * 1024 * 1024 };

static rs_status read_text(const char *path, char **out, rs_error *error)
{
    rs_file_bytes bytes = {0};
    RS_TRY(rs_file_read(path, TREND_BYTES_MAX, &bytes, error));
    *out = (char *)bytes.data;
    RS_TRY(rs_refuse_mistaken(path, bytes.data, bytes.size, error));
    const uint8_t *zero = memchr(bytes.data, 0, bytes.size);
    if (zero != NULL) {
        return rs_fail(error, RS_FORMAT, path, rs_at_byte((uint64_t)(zero - bytes.data)),
                       "the file is damaged or no CSV file", "a CSV file cannot hold a zero byte");
    }
    return RS_OK;
}

rs_status rs_trend_table_read(const char *imagenet_path, const char *real_path, rs_trend_unit unit,
                              const char *group, rs_trend_table *table, rs_error *error)
{
    *table = (rs_trend_table){0};
    RS_TRY(read_text(imagenet_path, &table->texts[0], error));
    const rs_trend_text imagenet = {imagenet_path, table->texts[0]};
    if (real_path == NULL) {
        return rs_trend_table_parse(&imagenet, NULL, unit, group, table, error);
    }
    RS_TRY(read_text(real_path, &table->texts[1], error));
    const rs_trend_text real = {real_path, table->texts[1]};
    return rs_trend_table_parse(&imagenet, &real, unit, group, table, error);
}

/* ---- families ---- */

rs_status rs_trend_table_find_families(rs_trend_table *table, rs_error *error)
{
    RS_TRY(RS_NEW(&table->family, table->count, "families of models", error));
    for (size_t i = 0; i < table->count; ++i) {
        const char *const name = table->point[i].name;
        RS_TRY(rs_format_text(&table->family[i], error, "%.*s", (int)strcspn(name, "_. "), name));
        table->point[i].group = table->family[i];
    }
    return RS_OK;
}

void rs_trend_table_clear(rs_trend_table *table)
{
    for (size_t i = 0; i < table->count; ++i) {
        free(table->name[i]);
        if (table->family != NULL) {
            free(table->family[i]);
        }
    }
    free(table->family);
    free(table->name);
    free(table->point);
    free(table->texts[0]);
    free(table->texts[1]);
    *table = (rs_trend_table){0};
}
