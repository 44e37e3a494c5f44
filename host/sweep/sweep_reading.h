/* sweep_reading.h - how the rows and columns of a model are to be read, prepared once for all
 * models that are read alike.
 */
#ifndef RS_SWEEP_READING_H
#define RS_SWEEP_READING_H

#include "reassess/reassess.h"

/* As the user says it. Texts are not copied. */
typedef struct rs_sweep_reading {
    rs_order_kind order;
    const char *order_text;     /* "file", "imagefolder", the path of a list */
    const char *class_map_path; /* NULL: column j is class j */
    rs_source_options source;   /* scores_path, classes and stop are not looked at */
    rs_values values;
    bool ensemble;  /* the files are models to be averaged */
    rs_space space; /* of an ensemble */
} rs_sweep_reading;

bool rs_sweep_reading_equal(const rs_sweep_reading *a, const rs_sweep_reading *b);

/* As a pass needs it. */
typedef struct rs_prepared_reading {
    const rs_sweep_reading *reading;
    rs_order *order;         /* NULL for RS_ORDER_FILE */
    rs_labels *reordered;    /* NULL for RS_ORDER_FILE */
    rs_class_map *class_map; /* NULL: none */
    rs_class_map *positions; /* of an ensemble, whose members go through the class map */
    uint64_t order_hash;     /* of what the list says, not of its path */
    uint64_t map_hash;
} rs_prepared_reading;

/* Clear in any case. */
rs_status rs_reading_prepare(const rs_sweep_reading *reading, const rs_labels *labels,
                             rs_prepared_reading *prepared, rs_error *error);
void rs_reading_clear(rs_prepared_reading *prepared);

/* What the rows that are scored are, and the map of their columns: of an ensemble, the averages. */
rs_values rs_reading_values(const rs_prepared_reading *prepared);
const rs_class_map *rs_reading_map(const rs_prepared_reading *prepared);

#endif
