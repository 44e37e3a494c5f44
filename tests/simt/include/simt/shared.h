/* shared.h - shared memory.
 *
 * Static: a __shared__ variable is a static one. Its mangled name carries a tag, by which the
 * executor finds it in the program's symbol table (executor/static_shared.cc): poisoned when a
 * block starts, and swapped when the scheduler goes from one resident block to another. `used`
 * keeps the compiler from reasoning about values it sees no other writer of.
 *
 * Dynamic: `extern __shared__ T name[]` cannot be spelt in C++ for each block anew, so shared
 * sources write a macro (README.md, RS_DYNAMIC_SHARED), which here is SIMT_DYNAMIC_SHARED.
 */
#ifndef SIMT_SHARED_H
#define SIMT_SHARED_H

#include <cstddef>

#define __shared__ static __attribute__((used, abi_tag("simt_shared")))

#define SIMT_DYNAMIC_SHARED(type, name)                                                            \
    type *const name = static_cast<type *>(simt::dynamic_shared(alignof(type), SIMT_HERE))

namespace simt {

void *dynamic_shared(size_t alignment, Place place);

} // namespace simt

#endif
