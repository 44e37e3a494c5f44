/* loads.h - loads and stores with a cache hint. The hint is dropped, the alignment is checked: the
 * device faults on a misaligned vector. */
#ifndef SIMT_LOADS_H
#define SIMT_LOADS_H

#include "simt/execution.h"

namespace simt {

template <class T> void check_alignment(const T *address, const char *name, Place place)
{
    const uintptr_t misplaced = reinterpret_cast<uintptr_t>(address) % sizeof(T);
    if (misplaced != 0) {
        fail(place, "%s of %zu bytes at %p, which is %zu bytes off its alignment", name, sizeof(T),
             static_cast<const void *>(address), static_cast<size_t>(misplaced));
    }
}

} // namespace simt

#define SIMT_LOAD(name)                                                                            \
    template <class T> T name(const T *address, simt::Place place = SIMT_HERE)                     \
    {                                                                                              \
        simt::check_alignment(address, #name, place);                                              \
        return *address;                                                                           \
    }
#define SIMT_STORE(name)                                                                           \
    template <class T>                                                                             \
    void name(T *address, simt::exactly<T> value, simt::Place place = SIMT_HERE)                   \
    {                                                                                              \
        simt::check_alignment(address, #name, place);                                              \
        *address = value;                                                                          \
    }
SIMT_LOAD(__ldg)
SIMT_LOAD(__ldca)
SIMT_LOAD(__ldcg)
SIMT_LOAD(__ldcs)
SIMT_LOAD(__ldcv)
SIMT_LOAD(__ldlu)
SIMT_STORE(__stcg)
SIMT_STORE(__stcs)
SIMT_STORE(__stwb)
SIMT_STORE(__stwt)
#undef SIMT_LOAD
#undef SIMT_STORE

#endif
