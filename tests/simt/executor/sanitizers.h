/* sanitizers.h - what the executor has to tell AddressSanitizer and ThreadSanitizer.
 *
 * The executor itself is compiled without ThreadSanitizer (SIMT_TSAN says that the kernels are with
 * it): to TSan every CUDA thread and every stream is a thread of its own, and only the edges that
 * CUDA promises order them. Without a sanitizer everything here is empty.
 */
#ifndef SIMT_EXECUTOR_SANITIZERS_H
#define SIMT_EXECUTOR_SANITIZERS_H

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define SIMT_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SIMT_ASAN 1
#endif
#endif

#ifdef SIMT_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#ifdef SIMT_TSAN
extern "C" {
void *__tsan_get_current_fiber(void);
void *__tsan_create_fiber(unsigned flags);
void __tsan_destroy_fiber(void *fiber);
void __tsan_switch_to_fiber(void *fiber, unsigned flags);
void __tsan_acquire(void *address);
void __tsan_release(void *address);
void __tsan_java_init(unsigned long begin, unsigned long size);
void __tsan_java_alloc(unsigned long begin, unsigned long size);
void __tsan_read_range(void *address, unsigned long size);
void __tsan_write_range(void *address, unsigned long size);
void AnnotateIgnoreReadsBegin(const char *file, int line);
void AnnotateIgnoreReadsEnd(const char *file, int line);
void AnnotateIgnoreWritesBegin(const char *file, int line);
void AnnotateIgnoreWritesEnd(const char *file, int line);
}
#endif

namespace simt {

#ifdef SIMT_TSAN
constexpr bool under_tsan = true;
#else
constexpr bool under_tsan = false;
#endif

/* ---- AddressSanitizer: red zones ---- */
inline void poison([[maybe_unused]] const void *begin, [[maybe_unused]] size_t bytes)
{
#ifdef SIMT_ASAN
    ASAN_POISON_MEMORY_REGION(begin, bytes);
#endif
}
inline void unpoison([[maybe_unused]] const void *begin, [[maybe_unused]] size_t bytes)
{
#ifdef SIMT_ASAN
    ASAN_UNPOISON_MEMORY_REGION(begin, bytes);
#endif
}

/* ---- ThreadSanitizer: order ---- */
inline void acquire([[maybe_unused]] void *point)
{
#ifdef SIMT_TSAN
    __tsan_acquire(point);
#endif
}
inline void release([[maybe_unused]] void *point)
{
#ifdef SIMT_TSAN
    __tsan_release(point);
#endif
}
/* Accesses that the executor makes on a kernel's or stream's behalf in code TSan does not see. */
inline void saw_read([[maybe_unused]] const void *begin, [[maybe_unused]] size_t bytes)
{
#ifdef SIMT_TSAN
    __tsan_read_range(const_cast<void *>(begin), bytes);
#endif
}
inline void saw_write([[maybe_unused]] const void *begin, [[maybe_unused]] size_t bytes)
{
#ifdef SIMT_TSAN
    __tsan_write_range(const_cast<void *>(begin), bytes);
#endif
}
/* Forgets who touched this memory: it is about to serve somebody else. TSan's interface for
 * garbage-collected heaps does it, for one region that is declared once and should be small: TSan
 * searches all of it when it reports a race there. */
void declare_forgettable(const void *begin, const void *end);
void forget_accesses(const void *begin, size_t bytes);

/* While one lives, the executor's own allocations and copies are none of TSan's business. */
class Unseen {
  public:
    Unseen()
    {
#ifdef SIMT_TSAN
        AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
        AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
#endif
    }
    ~Unseen()
    {
#ifdef SIMT_TSAN
        AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
        AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
#endif
    }
    Unseen(const Unseen &) = delete;
    Unseen &operator=(const Unseen &) = delete;
};

/* A thread of its own to TSan. */
class Identity {
  public:
    Identity()
    {
#ifdef SIMT_TSAN
        fiber_ = __tsan_create_fiber(0);
#endif
    }
    ~Identity()
    {
#ifdef SIMT_TSAN
        __tsan_destroy_fiber(fiber_);
#endif
    }
    Identity(const Identity &) = delete;
    Identity &operator=(const Identity &) = delete;
    void *handle() const
    {
        return fiber_;
    }

  private:
    void *fiber_ = nullptr;
};

inline void *current_identity()
{
#ifdef SIMT_TSAN
    return __tsan_get_current_fiber();
#else
    return nullptr;
#endif
}
inline void become([[maybe_unused]] void *identity) /* orders nothing */
{
#ifdef SIMT_TSAN
    __tsan_switch_to_fiber(identity, 1);
#endif
}

} // namespace simt

#endif
