/* result_check.h - no result of a sweep takes the place of what the sweep reads.
 *
 *     reassess sweep --out labels labels/real.npy      # its record would be labels/real.json
 *
 * What output_check.h is to files that are named, this is to those whose names are made: of results
 * in a folder, and of what only the lines of a list name.
 */
#ifndef RS_RESULT_CHECK_H
#define RS_RESULT_CHECK_H

#include "cli/arguments.h"
#include "evaluate/model.h"

/* RS_USAGE when a result of one of the models in `folder` is a file that the command reads: of a
 * model, of labels, or of an option, also one in a list. `range` NULL: all rows. */
rs_status rs_check_results(const rs_arguments *arguments, const char *folder,
                           const rs_models *models, const rs_row_range *range, rs_error *error);

#endif
