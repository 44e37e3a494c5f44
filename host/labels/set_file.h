/* set_file.h - a file of label sets in whatever form, known by what it holds, never by its name.
 *
 *     [[65], [], ...]            real.json                  labels/real_json.h
 *     {"NAME.JPEG": [65], ...}   other JSON                 labels/set_json.h
 *     image,real                 tables                     labels/set_table.h
 *     an array                   raters                     labels/set_raters.h
 */
#ifndef RS_SET_FILE_H
#define RS_SET_FILE_H

#include "labels/set_list.h"

/* Of everything but arrays. On failure *sets is empty. */
rs_status rs_set_file_parse(const rs_set_context *context, const uint8_t *data, size_t size,
                            rs_real_sets *sets);

rs_status rs_set_file_read(const char *path, const rs_class_list *ids, uint32_t class_limit,
                           double threshold, rs_real_sets *sets, rs_error *error);

/* Whether a text of original labels is in one of these forms: JSON, or a table with a header. */
bool rs_set_file_holds_originals(const uint8_t *data, size_t size);

/* Puts the sets in the order of `rows` labels whose names are `names` (rows 0: they have none), and
 * gives images that the file does not list an empty set. Every image of the file must be one of
 * them. */
rs_status rs_set_file_join(const char *file, uint64_t rows, const rs_file_names *names,
                           rs_real_sets *sets, rs_error *error);

#endif
