/* class_map.h - class maps from text in memory; the rest is in reassess/labels.h.
 */
#ifndef RS_CLASS_MAP_H
#define RS_CLASS_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "reassess/labels.h"

/* `file` names the map in errors. */
rs_status rs_class_map_parse(const rs_labels *labels, const char *file, const uint8_t *data,
                             size_t size, rs_class_map **map, rs_error *error);

#endif
