/* load_slices.h - the groups of images that --slice names. */
#ifndef RS_LOAD_SLICES_H
#define RS_LOAD_SLICES_H

#include "cli/arguments.h"
#include "labels/slices.h"

/* *slices is empty; clear it in any case. */
rs_status rs_load_slices(const rs_arguments *arguments, const rs_labels *labels, rs_slices *slices,
                         rs_error *error);

#endif
