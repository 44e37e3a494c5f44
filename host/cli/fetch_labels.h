/* fetch_labels.h - labels --fetch */
#ifndef RS_FETCH_LABELS_H
#define RS_FETCH_LABELS_H

#include "cli/arguments.h"

/* Returns only where it fails. */
rs_status rs_fetch_labels(const rs_arguments *arguments, rs_error *error);

#endif
