/* safetensors_index.h - what a result of a sharded model was made from, beside the index. */
#ifndef RS_SAFETENSORS_INDEX_H
#define RS_SAFETENSORS_INDEX_H

#include <stdint.h>
#include <sys/stat.h>

/* Where PATH, of which `file` is the state, is an index: takes the shards into it, their bytes to
 * its size, and the youngest time for its own. Shards that are not there are left to opening. */
void rs_take_shards_in(const char *path, struct stat *file);

#endif
