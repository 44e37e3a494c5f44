/* write.h - writes arrays as .npy, .npz, .safetensors or bare numbers, row after row.
 *
 *     const rs_array_spec spec = {"logits", RS_DTYPE_F32, rows, columns};
 *     RS_TRY(rs_array_writer_create("logits.npy", RS_WRITE_NPY, &spec, &writer, error));
 *     for each block of rows: rs_array_writer_put(writer, block, block_rows, error)
 *     rs_array_writer_commit(writer, error)
 *
 * The file appears whole or not at all (base/file_write.h). The same arrays give the same bytes: no
 * time stamps.
 */
#ifndef RS_WRITE_H
#define RS_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "base/file_write.h"
#include "formats/array_spec.h"

typedef enum rs_write_format {
#define RS_WRITE_FORMAT(ID, name, header) RS_WRITE_##ID,
#include "formats/formats.def"
} rs_write_format;

/* The format that the ending of a path asks for; .npy where it is none of them. */
rs_write_format rs_write_format_of_path(const char *path);

typedef struct rs_array_writer rs_array_writer;

/* *writer is NULL on failure. End it with commit or abort. */
rs_status rs_array_writer_create(const char *path, rs_write_format format,
                                 const rs_array_spec *spec, rs_array_writer **writer,
                                 rs_error *error);

/* The next `rows` rows, tightly packed. RS_USAGE when they are more than were announced. */
rs_status rs_array_writer_put(rs_array_writer *writer, const void *data, uint64_t rows,
                              rs_error *error);

/* Begins another member of an .npz; the one before must be complete. */
rs_status rs_array_writer_next(rs_array_writer *writer, const rs_array_spec *spec, rs_error *error);

/* Several arrays, data[i] being all of specs[i], as an .npz or a .safetensors; the file is for the
 * caller to commit. *file is NULL on failure. */
rs_status rs_arrays_write(const char *path, rs_write_format format, const rs_array_spec *specs,
                          const void *const *data, size_t count, rs_file_writer **file,
                          rs_error *error);

/* Completes the content and hands the file over, for the caller to commit together with others.
 * RS_USAGE when rows are missing; *file is NULL on failure. Frees the writer, whatever the
 * outcome. */
rs_status rs_array_writer_finish(rs_array_writer *writer, rs_file_writer **file, rs_error *error);

/* RS_USAGE when rows are missing. Frees the writer, whatever the outcome. */
rs_status rs_array_writer_commit(rs_array_writer *writer, rs_error *error);
void rs_array_writer_abort(rs_array_writer *writer); /* NULL is fine */

#endif
