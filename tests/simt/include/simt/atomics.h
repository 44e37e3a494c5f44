/* atomics.h - atomic functions on 32 and 64 bits.
 *
 * Relaxed, as on the device. Each is a place where the scheduler may switch threads.
 * ThreadSanitizer takes them for what they are: atomic against each other, a race against a plain
 * access; and they order other memory only after a __threadfence (executor/fence.cc).
 */
#ifndef SIMT_ATOMICS_H
#define SIMT_ATOMICS_H

#include "simt/execution.h"

namespace simt {

void before_atomic(const void *address);
void after_atomic(const void *address);

/* A compare-and-swap loop serves every type and every operation. */
template <class T, class Change> T read_modify_write(T *address, Change change)
{
    using Bits = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;
    static_assert(sizeof(T) == sizeof(Bits), "4 or 8 bytes");
    before_atomic(address);
    Bits *const bits = reinterpret_cast<Bits *>(address);
    Bits seen = __atomic_load_n(bits, __ATOMIC_RELAXED), next;
    do {
        const T changed = change(unpack<T>(seen));
        std::memcpy(&next, &changed, sizeof next);
    } while (!__atomic_compare_exchange_n(bits, &seen, next, false, __ATOMIC_RELAXED,
                                          __ATOMIC_RELAXED));
    after_atomic(address);
    return unpack<T>(seen);
}

template <class T, class... Allowed> constexpr bool one_of()
{
    return (std::is_same<T, Allowed>::value || ...);
}
/* Device integers wrap; int would overflow. */
template <class T> T wrapping_sum(T a, T b)
{
    if constexpr (std::is_integral<T>::value) {
        using Unsigned = std::make_unsigned_t<T>;
        return static_cast<T>(static_cast<Unsigned>(a) + static_cast<Unsigned>(b));
    } else {
        return a + b;
    }
}
template <class T> T wrapping_difference(T a, T b)
{
    using Unsigned = std::make_unsigned_t<T>;
    return static_cast<T>(static_cast<Unsigned>(a) - static_cast<Unsigned>(b));
}

template <class T> constexpr bool integer_atomic()
{
    return one_of<T, int, unsigned, unsigned long long, long long>();
}

} // namespace simt

/* The types are CUDA's: int, unsigned, unsigned long long (and long long for min and max), float
 * and double where it adds or exchanges. unsigned long, which is uint64_t here, is refused as nvcc
 * does. */
#define SIMT_ATOMIC(name, allowed, expression)                                                     \
    template <class T> T name(T *address, simt::exactly<T> value)                                  \
    {                                                                                              \
        static_assert(allowed, #name " has no such overload in CUDA");                             \
        return simt::read_modify_write(                                                            \
            address, [value]([[maybe_unused]] T old) { return static_cast<T>(expression); });      \
    }                                                                                              \
    template <class T> T name##_block(T *address, simt::exactly<T> value)                          \
    {                                                                                              \
        return name(address, value);                                                               \
    }                                                                                              \
    template <class T> T name##_system(T *address, simt::exactly<T> value)                         \
    {                                                                                              \
        return name(address, value);                                                               \
    }

#define SIMT_ADDABLE (simt::one_of<T, int, unsigned, unsigned long long, float, double>())
#define SIMT_LOGICAL (simt::one_of<T, int, unsigned, unsigned long long>())
SIMT_ATOMIC(atomicAdd, SIMT_ADDABLE, simt::wrapping_sum(old, value))
SIMT_ATOMIC(atomicSub, (simt::one_of<T, int, unsigned>()), simt::wrapping_difference(old, value))
SIMT_ATOMIC(atomicMin, simt::integer_atomic<T>(), value < old ? value : old)
SIMT_ATOMIC(atomicMax, simt::integer_atomic<T>(), value > old ? value : old)
SIMT_ATOMIC(atomicAnd, SIMT_LOGICAL, old & value)
SIMT_ATOMIC(atomicOr, SIMT_LOGICAL, old | value)
SIMT_ATOMIC(atomicXor, SIMT_LOGICAL, old ^ value)
SIMT_ATOMIC(atomicExch, (simt::one_of<T, int, unsigned, unsigned long long, float>()), value)
SIMT_ATOMIC(atomicInc, (simt::one_of<T, unsigned>()), old >= value ? 0 : old + 1)
SIMT_ATOMIC(atomicDec, (simt::one_of<T, unsigned>()), old == 0 || old > value ? value : old - 1)
#undef SIMT_ADDABLE
#undef SIMT_LOGICAL
#undef SIMT_ATOMIC

template <class T> T atomicCAS(T *address, simt::exactly<T> compare, simt::exactly<T> value)
{
    static_assert(simt::one_of<T, int, unsigned, unsigned long long>(),
                  "atomicCAS has no such overload in CUDA");
    return simt::read_modify_write(address,
                                   [=](T old) { return old == compare ? value : old; });
}

#endif
