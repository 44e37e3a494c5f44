/* trend_csv.h - accuracies of many models from CSV files: a merged one, or timm's two.
 *
 * One file with the columns model, imagenet_top1 and real_top1, as `reassess merge` writes it; or
 * two with the columns model and top1 (or imagenet_top1 and real_top1), the ImageNet results first,
 * joined on model and, where both have them, img_size and crop_pct. Columns are found by name,
 * others are ignored. Lines without an accuracy are left out and counted; a number may have commas
 * between thousands.
 */
#ifndef RS_TREND_CSV_H
#define RS_TREND_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "analyse/trend.h"
#include "reassess/status.h"

typedef enum rs_trend_unit {
    RS_TREND_UNIT_AUTO = 0, /* percent when any accuracy is above 1 */
    RS_TREND_UNIT_PERCENT,
    RS_TREND_UNIT_FRACTION
} rs_trend_unit;

/* A CSV text: NUL-terminated, and written to. */
typedef struct rs_trend_text {
    const char *file; /* for messages */
    char *text;       /* must outlive the table */
} rs_trend_text;

typedef struct rs_trend_table {
    rs_trend_point *point; /* [count] in the order of the first file */
    size_t count;
    size_t models;        /* different ones: fewer than `count` where a model has several results */
    char **name;          /* [count] what the points' names are; of a model that comes with
                              several image sizes "NAME (SIZE, CROP)" */
    bool percent;         /* the file's numbers were percent; the points' are fractions */
    size_t without_value; /* lines without an accuracy */
    size_t only[2];       /* lines of each of two files without a partner */
    char *texts[2];       /* of rs_trend_table_read */
    char **family;        /* [count] groups that are no column; NULL: there are none */
} rs_trend_table;

/* `real` NULL: one file. `group` NULL: models stand by themselves; else the column of the (first)
 * file that says which belong together, an empty cell being a group of its own; "family" where no
 * column is called so: rs_trend_table_find_families. *table is zero before; clear it in any
 * case. */
rs_status rs_trend_table_parse(const rs_trend_text *imagenet, const rs_trend_text *real,
                               rs_trend_unit unit, const char *group, rs_trend_table *table,
                               rs_error *error);

/* The same from files. */
rs_status rs_trend_table_read(const char *imagenet_path, const char *real_path, rs_trend_unit unit,
                              const char *group, rs_trend_table *table, rs_error *error);

/* Groups models by the first word of their names, as timm names them: what comes before the first
 * '_', '.' or space ("vit_base_patch16_224.augreg" is a vit). */
rs_status rs_trend_table_find_families(rs_trend_table *table, rs_error *error);

void rs_trend_table_clear(rs_trend_table *table);

#endif
