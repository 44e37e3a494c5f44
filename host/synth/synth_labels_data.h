/* synth_labels_data.h - what rs_synth_labels holds; shared by the files that draw and write it. */
#ifndef RS_SYNTH_LABELS_DATA_H
#define RS_SYNTH_LABELS_DATA_H

#include <stdint.h>

#include "reassess/labels.h"

struct rs_synth_labels {
    rs_label_view view; /* points into the arrays below; sets ascend */
    uint64_t seed;
    int32_t *original;
    uint32_t *real_begin;
    int32_t *real_class;
    const volatile sig_atomic_t *stop; /* of rs_synth_labels_write */
};

#endif
