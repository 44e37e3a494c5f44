/* sidecar.h - --keep-topk: the first predictions of every row and their values, as a small .npz. */
#ifndef RS_SIDECAR_H
#define RS_SIDECAR_H

#include "base/file_write.h"
#include "report/record.h"

/* FOLDER/NAME.topK.npz, where slashes in the name become underscores; to be freed. */
rs_status rs_sidecar_path(const char *folder, const char *model, uint32_t keep, char **path,
                          rs_error *error);

/* Writes PATH with the arrays `classes`
 * (int16, or int32 where one is above 32,767; rows x K, -1 in invalid rows) and `values`
 * (float32, or float64 for f64 inputs; for ranked predictions the mark `ranked` in its place).
 * `reassess eval` reads it back to the same counts. The file is complete and not committed yet;
 * *file is NULL on failure. */
rs_status rs_sidecar_prepare(const char *path, const rs_record *record,
                             const rs_row_results *results, uint64_t rows, rs_file_writer **file,
                             rs_error *error);

#endif
