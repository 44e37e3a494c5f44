/* sanitizers.cc - see sanitizers.h. */
#include "executor/sanitizers.h"

#include <cstdint>

namespace simt {

#ifdef SIMT_TSAN
static uintptr_t first_forgettable, end_forgettable;
#endif

void declare_forgettable([[maybe_unused]] const void *begin, [[maybe_unused]] const void *end)
{
#ifdef SIMT_TSAN
    if (first_forgettable == 0) {
        first_forgettable = reinterpret_cast<uintptr_t>(begin) & ~static_cast<uintptr_t>(7);
        end_forgettable = (reinterpret_cast<uintptr_t>(end) + 7) & ~static_cast<uintptr_t>(7);
        __tsan_java_init(first_forgettable, end_forgettable - first_forgettable);
    }
#endif
}

void forget_accesses([[maybe_unused]] const void *begin, [[maybe_unused]] size_t bytes)
{
#ifdef SIMT_TSAN
    const uintptr_t first = reinterpret_cast<uintptr_t>(begin) & ~static_cast<uintptr_t>(7);
    const uintptr_t end =
        (reinterpret_cast<uintptr_t>(begin) + bytes + 7) & ~static_cast<uintptr_t>(7);
    if (first >= first_forgettable && end <= end_forgettable && first < end) {
        const Unseen unseen;
        __tsan_java_alloc(first, end - first);
    }
#endif
}

} // namespace simt
