/* grid.h - runs a kernel, block by block. */
#ifndef SASS_GRID_H
#define SASS_GRID_H

#include "machine/warp.h"

namespace sass {

/* What an architecture wants to be known of it. */
struct Architecture {
    size_t parameters;   /* where in the constants they begin */
    size_t threads;      /* likewise: those of a block, */
    size_t blocks;       /* and blocks */
    size_t shared_begin; /* the first byte of a kernel's own shared memory */
};
Architecture architecture_of(int compute_capability); /* 80, 90, ...; throws if it is not known */

struct Launch {
    const Code *code = nullptr;
    Architecture architecture = {};
    uint32_t blocks = 1, threads = 0; /* of a block: whole warps */
    size_t shared_bytes = 0;
    std::vector<unsigned char> parameters;
    Memory *memory = nullptr;
    uint64_t seed = 0; /* 0: lanes that are furthest behind go first */
};

/* How often each instruction was executed is added to `executed`. Throws std::runtime_error. */
void run(const Launch &launch, std::vector<uint64_t> &executed);

} // namespace sass

#endif
