/* bits.h - integer and bit intrinsics. */
#ifndef SIMT_BITS_H
#define SIMT_BITS_H

#include "simt/execution.h"

inline int __popc(unsigned x)
{
    return __builtin_popcount(x);
}
inline int __popcll(unsigned long long x)
{
    return __builtin_popcountll(x);
}
inline int __ffs(int x)
{
    return __builtin_ffs(x);
}
inline int __ffsll(long long x)
{
    return __builtin_ffsll(x);
}
inline int __clz(int x)
{
    return x == 0 ? 32 : __builtin_clz(static_cast<unsigned>(x));
}
inline int __clzll(long long x)
{
    return x == 0 ? 64 : __builtin_clzll(static_cast<unsigned long long>(x));
}
inline unsigned __brev(unsigned x)
{
    unsigned reversed = 0;
    for (int bit = 0; bit < 32; bit++) {
        reversed |= (x >> bit & 1u) << (31 - bit);
    }
    return reversed;
}
inline unsigned long long __brevll(unsigned long long x)
{
    return static_cast<unsigned long long>(__brev(static_cast<unsigned>(x))) << 32 |
           __brev(static_cast<unsigned>(x >> 32));
}
inline unsigned __funnelshift_l(unsigned low, unsigned high, unsigned shift)
{
    const uint64_t both = static_cast<uint64_t>(high) << 32 | low;
    return static_cast<unsigned>(both << (shift & 31) >> 32);
}
inline unsigned __funnelshift_r(unsigned low, unsigned high, unsigned shift)
{
    const uint64_t both = static_cast<uint64_t>(high) << 32 | low;
    return static_cast<unsigned>(both >> (shift & 31));
}
inline unsigned __byte_perm(unsigned x, unsigned y, unsigned selector)
{
    const uint64_t both = static_cast<uint64_t>(y) << 32 | x;
    unsigned result = 0;
    for (int i = 0; i < 4; i++) {
        const unsigned choice = selector >> (4 * i) & 15u;
        unsigned byte = static_cast<unsigned>(both >> (8 * (choice & 7))) & 255u;
        if (choice & 8) {
            byte = byte & 128u ? 255u : 0u;
        }
        result |= byte << (8 * i);
    }
    return result;
}
inline int __mulhi(int x, int y)
{
    return static_cast<int>(static_cast<int64_t>(x) * y >> 32);
}
inline unsigned __umulhi(unsigned x, unsigned y)
{
    return static_cast<unsigned>(static_cast<uint64_t>(x) * y >> 32);
}
inline unsigned long long __umul64hi(unsigned long long x, unsigned long long y)
{
    __extension__ using wide = unsigned __int128;
    return static_cast<unsigned long long>(static_cast<wide>(x) * y >> 64);
}

/* Two 16-bit halves at once. */
#define SIMT_HALVES(name, expression)                                                              \
    inline unsigned name(unsigned x, unsigned y)                                                   \
    {                                                                                              \
        unsigned result = 0;                                                                       \
        for (int shift = 0; shift < 32; shift += 16) {                                             \
            const unsigned a = x >> shift & 0xffffu, b = y >> shift & 0xffffu;                     \
            result |= (static_cast<unsigned>(expression) & 0xffffu) << shift;                      \
        }                                                                                          \
        return result;                                                                             \
    }
#define SIMT_COMPARE_HALVES(suffix, compare)                                                       \
    SIMT_HALVES(__vcmp##suffix, a compare b ? 0xffffu : 0u)                                        \
    SIMT_HALVES(__vset##suffix, a compare b ? 1u : 0u)
SIMT_COMPARE_HALVES(eq2, ==)
SIMT_COMPARE_HALVES(ne2, !=)
SIMT_COMPARE_HALVES(gtu2, >)
SIMT_COMPARE_HALVES(geu2, >=)
SIMT_COMPARE_HALVES(ltu2, <)
SIMT_COMPARE_HALVES(leu2, <=)
SIMT_HALVES(__vadd2, a + b)
SIMT_HALVES(__vsub2, a - b)
SIMT_HALVES(__vmaxu2, a > b ? a : b)
SIMT_HALVES(__vminu2, a < b ? a : b)
#undef SIMT_HALVES
#undef SIMT_COMPARE_HALVES

/* Bits of one type read as another. */
#define SIMT_REINTERPRET(name, to, from)                                                           \
    inline to name(from value)                                                                     \
    {                                                                                              \
        static_assert(sizeof(to) == sizeof(from), "same size");                                    \
        return simt::unpack<to>(simt::pack(value));                                                \
    }
SIMT_REINTERPRET(__float_as_int, int, float)
SIMT_REINTERPRET(__float_as_uint, unsigned, float)
SIMT_REINTERPRET(__int_as_float, float, int)
SIMT_REINTERPRET(__uint_as_float, float, unsigned)
SIMT_REINTERPRET(__double_as_longlong, long long, double)
SIMT_REINTERPRET(__longlong_as_double, double, long long)
#undef SIMT_REINTERPRET

#endif
