/* set_table.h - label sets as a table: CSV, or separated by semicolons or tabs.
 *
 *     id,original,real                      ImageId,PredictionString
 *     ILSVRC2012_val_1.JPEG,795,"415, 813"  ILSVRC2012_val_00048981,n03995372 85 1 499 272
 *
 * Columns are found by the words of the header; without one the first names the image and the last
 * holds its labels. A cell of labels is a list, with or without brackets and quotes, or boxes as
 * Kaggle's LOC_val_solution.csv has them, whose numbers are left out. Labels alone, with a word
 * over them, are a table of one column.
 */
#ifndef RS_SET_TABLE_H
#define RS_SET_TABLE_H

#include "labels/set_list.h"

/* Whether the first line is a header; a file of labels that has one is a table. */
bool rs_set_table_has_header(const uint8_t *data, size_t size);

/* Whether the first line is a header, has several cells, or begins with a label. */
bool rs_set_table_is_one(const rs_class_list *ids, const uint8_t *data, size_t size);

rs_status rs_set_table_parse(const rs_set_context *context, const uint8_t *data, size_t size,
                             rs_real_sets *sets);

#endif
