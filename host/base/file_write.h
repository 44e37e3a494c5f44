/* file_write.h - files that appear whole or not at all.
 *
 * A regular file is written under a temporary name that starts with a dot in the folder of its
 * target, synced and renamed over the target by rs_file_commit. A target that exists keeps its
 * permissions; a link stays, and the file it leads to is replaced. A target that exists and is no
 * regular file (a terminal, a pipe, /dev/null), or is the file that standard output goes to, is
 * written directly. "-" is standard output.
 */
#ifndef RS_FILE_WRITE_H
#define RS_FILE_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "reassess/status.h"

typedef struct rs_file_writer rs_file_writer;

/* *writer is NULL on failure. End it with rs_file_commit or rs_file_abort. */
rs_status rs_file_create(const char *path, rs_file_writer **writer, rs_error *error);

/* Buffered; errors may surface at a later call, at the latest in rs_file_commit. */
rs_status rs_file_put(rs_file_writer *writer, const void *data, size_t size, rs_error *error);

/* Likewise a text, whole or not at all. */
rs_status rs_file_put_text(rs_file_writer *writer, const rs_text *text, rs_error *error);

/* Bytes put so far. */
uint64_t rs_file_position(const rs_file_writer *writer);

/* The name of the file until it is committed: what was synced can be read from it. The target's
 * where that is written directly. */
const char *rs_file_under_way(const rs_file_writer *writer);

/* Flushes and syncs what was put, so that of rs_file_commit only the rename is left: several files
 * can be made ready before the first of them appears. Does nothing to a target that is written
 * directly. */
rs_status rs_file_sync(rs_file_writer *writer, rs_error *error);

/* As rs_file_sync, and closes the file: nothing more can be put into it. A command may hold as many
 * finished files as it likes, and descriptors are few. */
rs_status rs_file_finish(rs_file_writer *writer, rs_error *error);

/* Flushes, syncs, renames and frees the writer, whatever the outcome. On failure nothing new is
 * left and an older target stays as it was. */
rs_status rs_file_commit(rs_file_writer *writer, rs_error *error);

/* Commits all files or none: all are flushed and synced before the first of them gets its name, in
 * their order, and their folders are synced once. Writers may be NULL. Frees all of them, whatever
 * the outcome. */
rs_status rs_file_commit_all(rs_file_writer *const *writer, size_t count, rs_error *error);

/* Removes the temporary file and frees the writer. NULL is fine. */
void rs_file_abort(rs_file_writer *writer);

/* create, put, commit */
rs_status rs_file_write_whole(const char *path, const void *data, size_t size, rs_error *error);
/* Likewise a text, which is freed, whatever the outcome. */
rs_status rs_file_write_text(const char *path, rs_text *text, rs_error *error);

#endif
