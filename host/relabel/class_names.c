/* class_names.c - indices by their digits, ids by a table. */
#include "relabel/class_names.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"

void rs_class_names_clear(rs_class_names *classes)
{
    rs_name_table_clear(&classes->ids);
}

rs_status rs_class_names_make(const rs_labels *labels, rs_class_names *classes, rs_error *error)
{
    *classes = (rs_class_names){.limit = RS_CLASSES_MAX};
    if (labels == NULL) {
        return RS_OK;
    }
    classes->limit = rs_labels_get_view(labels)->classes;
    for (uint32_t c = 0; c < classes->limit; ++c) {
        const char *id = rs_labels_synset(labels, c);
        uint32_t index = 0;
        if (id == NULL) {
            return RS_OK;
        }
        const rs_status status =
            rs_name_table_add(&classes->ids, (rs_span){id, strlen(id)}, &index, error);
        if (status != RS_OK) {
            rs_class_names_clear(classes);
            return status;
        }
    }
    return RS_OK;
}

rs_status rs_class_names_find(const rs_class_names *classes, const char *file, rs_place place,
                              rs_span text, int32_t *class_index, rs_error *error)
{
    if (rs_span_integer(text, class_index)) {
        if (*class_index >= 0 && (uint32_t)*class_index < classes->limit) {
            return RS_OK;
        }
        return rs_fail(error, RS_RANGE, file, place, "classes are numbered from 0",
                       "there is no class %s, of %" PRIu32, RS_SHOW_SPAN(text), classes->limit);
    }
    *class_index = (int32_t)rs_name_table_find(&classes->ids, text);
    if (*class_index >= 0) {
        return RS_OK;
    }
    return rs_fail(error, RS_FORMAT, file, place,
                   "a label is a class index, or a synset id when --synsets lists them",
                   "%s is no known label", RS_SHOW_SPAN(text));
}
