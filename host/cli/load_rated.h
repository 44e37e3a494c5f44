/* load_rated.h - the raters' scores that --rater-scores and --files give, by image.
 */
#ifndef RS_LOAD_RATED_H
#define RS_LOAD_RATED_H

#include "cli/arguments.h"
#include "relabel/rated.h"

/* *rated is NULL where no scores were given, and freed with rs_rated_free; `labels` must outlive
 * it. */
rs_status rs_load_rated(const rs_arguments *arguments, const rs_labels *labels, rs_rated **rated,
                        rs_error *error);

/* RS_USAGE where --files names images, but no scores say anything of them. */
rs_status rs_need_rated(const rs_arguments *arguments, rs_error *error);

#endif
