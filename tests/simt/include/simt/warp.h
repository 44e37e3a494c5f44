/* warp.h - the warp-synchronous primitives.
 *
 * Checked on every call (executor/meeting.cc): the calling lane is in the mask; the mask names no
 * lane that has exited; all lanes of the mask arrive, at the same line and in the same primitive; a
 * lane that is read from is in the mask. As on the device, shuffles, votes, matches and reductions
 * order no memory accesses: only __syncwarp does (ThreadSanitizer builds see the difference).
 */
#ifndef SIMT_WARP_H
#define SIMT_WARP_H

#include "simt/execution.h"

namespace simt {

enum class Reduction { add, minimum, maximum, bit_and, bit_or, bit_xor };

uint64_t shuffle(unsigned mask, uint64_t value, int source, bool in_range, const char *name,
                 Place place);
unsigned vote(unsigned mask, bool predicate, const char *name, Place place);
unsigned match_any(unsigned mask, uint64_t value, const char *name, Place place);
unsigned match_all(unsigned mask, uint64_t value, int *all_equal, const char *name, Place place);
int64_t reduce_signed(unsigned mask, int64_t value, Reduction how, const char *name, Place place);
uint64_t reduce_unsigned(unsigned mask, uint64_t value, Reduction how, const char *name,
                         Place place);
void sync_warp(unsigned mask, Place place);
unsigned active_mask();
void check_width(int width, const char *name, Place place);

template <class T> constexpr void check_shuffled()
{
    static_assert(std::is_arithmetic<T>::value && (sizeof(T) == 4 || sizeof(T) == 8),
                  "CUDA shuffles 4 and 8 byte numbers");
}

inline int segment(int width)
{
    return static_cast<int>(current->lane) & ~(width - 1);
}

} // namespace simt

template <class T>
T __shfl_sync(unsigned mask, T value, int lane, int width = 32, simt::Place place = SIMT_HERE)
{
    simt::check_shuffled<T>();
    simt::check_width(width, "__shfl_sync", place);
    const int source = simt::segment(width) + (lane & (width - 1));
    return simt::unpack<T>(
        simt::shuffle(mask, simt::pack(value), source, true, "__shfl_sync", place));
}

template <class T>
T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32,
                 simt::Place place = SIMT_HERE)
{
    simt::check_shuffled<T>();
    simt::check_width(width, "__shfl_up_sync", place);
    const long source = static_cast<long>(simt::current->lane) - static_cast<long>(delta);
    return simt::unpack<T>(simt::shuffle(mask, simt::pack(value), static_cast<int>(source),
                                         source >= simt::segment(width), "__shfl_up_sync", place));
}

template <class T>
T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32,
                   simt::Place place = SIMT_HERE)
{
    simt::check_shuffled<T>();
    simt::check_width(width, "__shfl_down_sync", place);
    const long source = static_cast<long>(simt::current->lane) + static_cast<long>(delta);
    return simt::unpack<T>(simt::shuffle(mask, simt::pack(value), static_cast<int>(source),
                                         source < simt::segment(width) + width, "__shfl_down_sync",
                                         place));
}

template <class T>
T __shfl_xor_sync(unsigned mask, T value, int lane_mask, int width = 32,
                  simt::Place place = SIMT_HERE)
{
    simt::check_shuffled<T>();
    simt::check_width(width, "__shfl_xor_sync", place);
    const int source = static_cast<int>(simt::current->lane) ^ (lane_mask & 31);
    return simt::unpack<T>(simt::shuffle(mask, simt::pack(value), source,
                                         source < simt::segment(width) + width, "__shfl_xor_sync",
                                         place));
}

inline unsigned __ballot_sync(unsigned mask, int predicate, simt::Place place = SIMT_HERE)
{
    return simt::vote(mask, predicate != 0, "__ballot_sync", place);
}
inline int __any_sync(unsigned mask, int predicate, simt::Place place = SIMT_HERE)
{
    return simt::vote(mask, predicate != 0, "__any_sync", place) != 0;
}
inline int __all_sync(unsigned mask, int predicate, simt::Place place = SIMT_HERE)
{
    return simt::vote(mask, predicate == 0, "__all_sync", place) == 0;
}
inline void __syncwarp(unsigned mask = 0xffffffffu, simt::Place place = SIMT_HERE)
{
    simt::sync_warp(mask, place);
}
inline unsigned __activemask()
{
    return simt::active_mask();
}

#if SIMT_CUDA_ARCH >= 700
template <class T>
unsigned __match_any_sync(unsigned mask, T value, simt::Place place = SIMT_HERE)
{
    simt::check_shuffled<T>();
    return simt::match_any(mask, simt::pack(value), "__match_any_sync", place);
}
template <class T>
unsigned __match_all_sync(unsigned mask, T value, int *all_equal, simt::Place place = SIMT_HERE)
{
    simt::check_shuffled<T>();
    return simt::match_all(mask, simt::pack(value), all_equal, "__match_all_sync", place);
}
#endif

#if SIMT_CUDA_ARCH >= 800 /* as in CUDA: 32-bit integers, compute capability 8.0 and later */
#define SIMT_REDUCE(name, how)                                                                     \
    inline unsigned name(unsigned mask, unsigned value, simt::Place place = SIMT_HERE)             \
    {                                                                                              \
        return static_cast<unsigned>(                                                              \
            simt::reduce_unsigned(mask, value, simt::Reduction::how, #name, place));               \
    }
#define SIMT_REDUCE_SIGNED(name, how)                                                              \
    inline int name(unsigned mask, int value, simt::Place place = SIMT_HERE)                       \
    {                                                                                              \
        return static_cast<int>(                                                                   \
            simt::reduce_signed(mask, value, simt::Reduction::how, #name, place));                 \
    }
SIMT_REDUCE(__reduce_add_sync, add)
SIMT_REDUCE_SIGNED(__reduce_add_sync, add)
SIMT_REDUCE(__reduce_min_sync, minimum)
SIMT_REDUCE_SIGNED(__reduce_min_sync, minimum)
SIMT_REDUCE(__reduce_max_sync, maximum)
SIMT_REDUCE_SIGNED(__reduce_max_sync, maximum)
SIMT_REDUCE(__reduce_and_sync, bit_and)
SIMT_REDUCE(__reduce_or_sync, bit_or)
SIMT_REDUCE(__reduce_xor_sync, bit_xor)
#undef SIMT_REDUCE
#undef SIMT_REDUCE_SIGNED
#endif

#endif
