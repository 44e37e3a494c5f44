/* context.h - a fiber's stack and the switch between two of them.
 *
 * On x86-64 and aarch64 the switch is a dozen instructions (context.cc); elsewhere, or with
 * SIMT_UCONTEXT, it is swapcontext, which makes a system call and is about ten times slower.
 */
#ifndef SIMT_EXECUTOR_CONTEXT_H
#define SIMT_EXECUTOR_CONTEXT_H

#include <cstddef>

#if (!defined(__x86_64__) && !defined(__aarch64__)) || defined(SIMT_UCONTEXT)
#define SIMT_USES_UCONTEXT 1
#include <ucontext.h>
#endif

namespace simt {

/* Where a suspended stack of execution goes on. The host's own stack has one too (no memory of its
 * own). */
struct Context {
#ifdef SIMT_USES_UCONTEXT
    ucontext_t saved;
#else
    void *stack_pointer = nullptr;
#endif
    char *stack = nullptr; /* lowest address */
    size_t stack_bytes = 0;
    void *fake_stack = nullptr; /* AddressSanitizer's */
    void *identity = nullptr;   /* ThreadSanitizer's */
};

/* Maps a stack with inaccessible memory below it, more than one frame is likely to jump over. */
constexpr size_t stack_guard_bytes = 256 << 10;
void map_stack(Context &context, size_t bytes);
/* Another CUDA thread is about to run on this suspended context: ThreadSanitizer shall not take the
 * two for racing with each other. */
void renew_stack(Context &context);

/* The context starts in entry(), which never returns, at its first switch. `stagger` moves the
 * start down: stacks that all begin at the same page offset fight for the same cache lines. */
void prepare(Context &context, void (*entry)(), size_t stagger);

/* Suspends `from` and goes on in `to`. */
void switch_context(Context &from, Context &to);
/* First thing in entry(). */
void entered();
/* Fills in the calling thread's own stack. */
void describe_host(Context &context);

} // namespace simt

#endif
