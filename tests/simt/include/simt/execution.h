/* execution.h - what a kernel sees of the executor: who am I, and where in the source.
 *
 * Every CUDA thread is a fiber. One fiber runs at a time, in the whole process, so `current` is a
 * plain global: the scheduler sets it before it switches.
 */
#ifndef SIMT_EXECUTION_H
#define SIMT_EXECUTION_H

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "simt/vector_types.h"

namespace simt {

struct ThreadView {
    uint3 thread; /* threadIdx */
    uint3 block;  /* blockIdx */
    unsigned lane;
};

extern ThreadView *current;

/* A line of a kernel's source. As a default argument, here() is the caller's. */
struct Place {
    const char *file;
    int line;
    static constexpr Place here(const char *file = __builtin_FILE(), int line = __builtin_LINE())
    {
        return {file, line};
    }
};
#define SIMT_HERE simt::Place::here()

/* Ends the kernel: prints "simt: KERNEL block (x,y,z) thread (x,y,z) FILE:LINE: text" and aborts,
 * or, where a test asked for it (simt_catch), gives the kernel up with cudaErrorLaunchFailure. */
[[noreturn]] void fail(Place place, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A place where the scheduler may let other threads go first. */
void may_yield();

template <class T> uint64_t pack(T value)
{
    static_assert(sizeof(T) <= 8 && std::is_trivially_copyable<T>::value, "4 or 8 bytes");
    uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof value);
    return bits;
}

template <class T> T unpack(uint64_t bits)
{
    T value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

/* Makes a function argument take no part in deducing T. */
template <class T> struct identity {
    using type = T;
};
template <class T> using exactly = typename identity<T>::type;

} // namespace simt

#define threadIdx (simt::current->thread)
#define blockIdx (simt::current->block)
extern dim3 blockDim, gridDim; /* no macros: cudaLaunchConfig_t has fields of these names */
static constexpr int warpSize = 32;

#endif
