#include "report/short_name.h"

#include <inttypes.h>
#include <string.h>

void rs_short_name_add(const rs_labels *labels, uint32_t class_index, rs_text *out)
{
    const char *const name = rs_labels_name(labels, class_index);
    if (name != NULL) {
        rs_text_append(out, name, rs_labels_short_name_bytes(name));
        return;
    }
    const char *const synset = rs_labels_synset(labels, class_index);
    if (synset != NULL) {
        rs_text_add(out, synset);
    } else {
        rs_text_printf(out, "class %" PRIu32, class_index);
    }
}
