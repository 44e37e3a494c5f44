/* source_impl.h - what stands behind an rs_source, for those who make one.
 *
 * A source is a struct whose first member is an rs_source, and a table of functions. Floors above
 * make sources of their own in the same way (ensembles, heads); the functions of reassess/logits.h
 * clip and check what they are given, so an implementation sees only calls that can be answered.
 */
#ifndef RS_SOURCE_IMPL_H
#define RS_SOURCE_IMPL_H

#include <stdbool.h>
#include <stdint.h>

#include "reassess/logits.h"

enum { RS_FILE_DTYPE_BYTES = 48 };

typedef struct rs_source_vtable {
    /* As rs_source_view, for a row that exists. NULL: this kind of source has no views. */
    const void *(*view)(const rs_source *source, uint64_t first_row, uint64_t *rows,
                        uint64_t *row_stride_bytes);
    /* As rs_source_read. With random access: first_row + rows <= info.rows, rows > 0, and all of
     * them are delivered. Without: rows follow the last call's (or skip forward). */
    rs_status (*read)(rs_source *source, uint64_t first_row, uint64_t rows, void *out,
                      uint64_t *rows_read, rs_error *error);
    /* Frees everything, the source itself too. */
    void (*close)(rs_source *source);
} rs_source_vtable;

/* Rows that were left out because their image came before, but that answer otherwise: augmented
 * views, or another model. */
typedef struct rs_repeats_differ {
    uint64_t count;
    char first[200]; /* "a.png, class 5 on line 9 after class 3 on line 2"; "": none */
} rs_repeats_differ;

struct rs_source {
    const rs_source_vtable *vtable;
    rs_source_info info; /* path and file_dtype point to the two members below */
    char *path;
    char file_dtype[RS_FILE_DTYPE_BYTES];
    const char *const *names; /* [rows] the image of each, as the file has it; NULL: it has none */
    uint64_t repeats; /* rows that were left out because their image came before */
    rs_repeats_differ differ; /* those of them */
    rs_repeats_differ longer; /* rows with predictions of which no softmax gives all */
    /* What takes long before the first row, done now by this thread; at once where it was done, or
     * another thread is at it. Nobody must call it: a view and a read do it too, and wait. NULL:
     * there is nothing. */
    void (*prepare)(rs_source *source);
    uint64_t few_rows; /* who reads so many at a time, and is done with them before the next, keeps
                        * what they are made of in the first cache; 0: it is all the same */
    bool may_miss; /* integers in which -1 stands for "no prediction" (files of our own) */
};

/* All of them; a thread of another `turn` begins with another, so that several are at work. */
static inline void rs_sources_prepare(rs_source *const *source, size_t count, uint64_t turn)
{
    for (size_t i = 0; i < count; ++i) {
        rs_source *const one = source[(turn + i) % count];
        if (one->prepare != NULL) {
            one->prepare(one);
        }
    }
}

/* Takes path, format, dtype, rows and columns of `shape` and sets what follows from them; the rest
 * is zeroed. The dtype may be an integer type: such a source is not handed out but ranked first
 * (ranked.h). */
rs_status rs_source_init(rs_source *source, const rs_source_vtable *vtable,
                         const rs_source_info *shape, rs_error *error);
/* Frees what rs_source_init made, not the source. */
void rs_source_release(rs_source *source);

/* RS_RANGE unless rows and columns are inside the limits. RS_ROWS_UNKNOWN is not: a header may hold
 * that number. */
rs_status rs_check_shape(const char *file, uint64_t rows, uint64_t columns, rs_error *error);

#endif
