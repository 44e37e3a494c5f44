/* sanitizers.cc - see sanitizers.h. */
#include "executor/sanitizers.h"

#include <cstdint>

namespace simt {

void forget_accesses([[maybe_unused]] const void *begin, [[maybe_unused]] size_t bytes)
{
#ifdef SIMT_TSAN
    /* TSan's interface for garbage-collected heaps is the one that can do this. Its heap is declared to
     * be everything; nothing else uses it. */
    static const bool declared = [] {
        __tsan_java_init(4096, (1ul << 47) - 8192);
        return true;
    }();
    (void)declared;
    const uintptr_t first = reinterpret_cast<uintptr_t>(begin) & ~static_cast<uintptr_t>(7);
    const uintptr_t last = (reinterpret_cast<uintptr_t>(begin) + bytes + 7) & ~static_cast<uintptr_t>(7);
    if (last > first) {
        const Unseen unseen;
        __tsan_java_alloc(first, last - first);
    }
#endif
}

} // namespace simt
