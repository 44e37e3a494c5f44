/* averaging.h - what there is to know of an ensemble beside its rows. */
#ifndef RS_EVALUATE_AVERAGING_H
#define RS_EVALUATE_AVERAGING_H

#include "engine/engine.h"
#include "reassess/ensemble.h"

/* For engines that average themselves; NULL: the source is no ensemble, or one of which only its
 * own rows can be read. */
const rs_averaging *rs_source_get_averaging(const rs_source *source);

/* Looks at the first rows of members that can be read again: looks_different[m] where they are not
 * such as `values` says. */
rs_status rs_members_look(rs_source *const *members, size_t count, rs_values values,
                          bool *looks_different, rs_error *error);

#endif
