/* barriers.h - barriers of a block, and fences.
 *
 * Checked on every call (executor/barrier.cc): all threads of the block meet at the same line, and
 * none of them has exited before.
 */
#ifndef SIMT_BARRIERS_H
#define SIMT_BARRIERS_H

#include "simt/execution.h"

namespace simt {

enum class Vote { count, all, any };
int barrier(int predicate, Vote vote, const char *name, Place place);
void fence(); /* orders this thread's writes before its later atomics */

} // namespace simt

inline void __syncthreads(simt::Place place = SIMT_HERE)
{
    simt::barrier(0, simt::Vote::count, "__syncthreads", place);
}
inline int __syncthreads_count(int predicate, simt::Place place = SIMT_HERE)
{
    return simt::barrier(predicate, simt::Vote::count, "__syncthreads_count", place);
}
inline int __syncthreads_and(int predicate, simt::Place place = SIMT_HERE)
{
    return simt::barrier(predicate, simt::Vote::all, "__syncthreads_and", place);
}
inline int __syncthreads_or(int predicate, simt::Place place = SIMT_HERE)
{
    return simt::barrier(predicate, simt::Vote::any, "__syncthreads_or", place);
}

inline void __threadfence_block()
{
    simt::fence();
}
inline void __threadfence()
{
    simt::fence();
}
inline void __threadfence_system()
{
    simt::fence();
}
inline void __nanosleep(unsigned)
{
    simt::may_yield();
}
[[noreturn]] inline void __trap(simt::Place place = SIMT_HERE)
{
    simt::fail(place, "__trap");
}

#endif
