#include "report/short_name.h"

#include <inttypes.h>
#include <string.h>

rs_status rs_short_name_add(const rs_labels *labels, uint32_t class_index, rs_text *out,
                            rs_error *error)
{
    const char *const name = rs_labels_name(labels, class_index);
    if (name != NULL) {
        return rs_text_append(out, name, rs_labels_short_name_bytes(name), error);
    }
    const char *const synset = rs_labels_synset(labels, class_index);
    return synset != NULL ? rs_text_append(out, synset, strlen(synset), error)
                          : rs_text_printf(out, error, "class %" PRIu32, class_index);
}
