/* head_source.h - the logits of a head as a source, computed on the CPU where they are read. */
#ifndef RS_HEAD_SOURCE_H
#define RS_HEAD_SOURCE_H

#include "engine/openblas.h"
#include "reassess/heads.h"

/* Products are made for tiles of so many rows that begin at multiples of it, always whole: so the
 * bits of a row depend neither on threads nor on the range that is scored. */
uint64_t rs_head_tile_rows(const rs_head *head);

/* `features` stays the caller's and must outlive the source, as must `head` and `blas`, which is
 * open. Reads may come from several threads where those of the features may. */
rs_status rs_head_source_open(rs_source *features, const rs_head *head, const rs_openblas *blas,
                              rs_isa isa, rs_source **source, rs_error *error);

#endif
