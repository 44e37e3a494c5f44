/* npz_blocks.h - several arrays of an .npz, one behind the other, as the rows of one. */
#ifndef RS_NPZ_BLOCKS_H
#define RS_NPZ_BLOCKS_H

#include "formats/numbered.h"
#include "formats/source_impl.h"
#include "formats/zip_archive.h"

/* `list` is of the members of `zip`, in their order. The source takes the archive over, whatever
 * the outcome. */
rs_status rs_npz_blocks_open(rs_zip *zip, const char *path, const rs_listed_array *list,
                             const rs_blocks *blocks, rs_source **source, rs_error *error);

#endif
