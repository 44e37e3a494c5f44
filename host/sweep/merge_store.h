/* merge_store.h - results of a model, wherever they lie, into one folder. */
#ifndef RS_MERGE_STORE_H
#define RS_MERGE_STORE_H

#include "sweep/result_folder.h"

/* `result` are the results of one model: one of all rows, which is copied, or parts sorted by their
 * first row, which are joined to the files that one run over all rows would have written (but for
 * what rs_merge_parts says of the record). RS_MISMATCH when files do not belong together. */
rs_status rs_merge_store(const char *folder, const rs_result *result, size_t count,
                         rs_error *error);

#endif
