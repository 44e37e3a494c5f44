/* fit_write.h - heads as a file that `eval --features --head` reads. */
#ifndef RS_FIT_WRITE_H
#define RS_FIT_WRITE_H

#include "base/file_write.h"
#include "fit/fit.h"

enum { RS_FIT_TENSOR_BYTES = RS_FIT_NAME_BYTES + 32 };

/* What a saved head is called in the file: its own name and, where there are several epochs,
 * ".e" and the epoch; "" for the only one. */
const char *rs_fit_saved_name(const rs_fit_options *options, size_t head, size_t epoch,
                              char out[RS_FIT_TENSOR_BYTES]);

/* RS_USAGE for standard output and for names of files that hold one array. What ends in
 * .safetensors is one, all else an .npz. */
rs_status rs_fit_check_path(const char *path, rs_error *error);

/* NAME.weight and NAME.bias of each head and epoch that is over, the names as above. The file is
 * for the caller to commit; NULL on failure. */
rs_status rs_fit_write(const rs_training *fit, const char *path, rs_file_writer **file,
                       rs_error *error);

/* The same of a run under way, as a whole file in the place of the last one. Into what is no file
 * (a pipe) heads go once, when all are there: nothing is done. */
rs_status rs_fit_write_so_far(const rs_training *fit, const char *path, rs_error *error);

#endif
