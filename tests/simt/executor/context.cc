/* context.cc - fibers: stacks, and the switch between them. */
#include "executor/context.h"

#include <pthread.h>
#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "executor/sanitizers.h"

/* simt_switch_stack(void **save, void *to): pushes the registers that a call preserves, stores the
 * stack pointer in *save, takes `to` for it, and pops the registers found there. */
#if defined(SIMT_USES_UCONTEXT)
/* swapcontext */
#elif defined(__x86_64__)
extern "C" void simt_switch_stack(void **save, void *to);
__asm__(".text\n"
        ".hidden simt_switch_stack\n"
        ".globl simt_switch_stack\n"
        ".type simt_switch_stack,@function\n"
        "simt_switch_stack:\n"
        "    push %rbp\n"
        "    push %rbx\n"
        "    push %r12\n"
        "    push %r13\n"
        "    push %r14\n"
        "    push %r15\n"
        "    mov %rsp, (%rdi)\n"
        "    mov %rsi, %rsp\n"
        "    pop %r15\n"
        "    pop %r14\n"
        "    pop %r13\n"
        "    pop %r12\n"
        "    pop %rbx\n"
        "    pop %rbp\n"
        "    ret\n"
        ".size simt_switch_stack,.-simt_switch_stack\n");
#elif defined(__aarch64__)
extern "C" void simt_switch_stack(void **save, void *to);
__asm__(".text\n"
        ".hidden simt_switch_stack\n"
        ".globl simt_switch_stack\n"
        ".type simt_switch_stack,%function\n"
        "simt_switch_stack:\n"
        "    sub sp, sp, #160\n"
        "    stp x19, x20, [sp, #0]\n"
        "    stp x21, x22, [sp, #16]\n"
        "    stp x23, x24, [sp, #32]\n"
        "    stp x25, x26, [sp, #48]\n"
        "    stp x27, x28, [sp, #64]\n"
        "    stp x29, x30, [sp, #80]\n"
        "    stp d8, d9, [sp, #96]\n"
        "    stp d10, d11, [sp, #112]\n"
        "    stp d12, d13, [sp, #128]\n"
        "    stp d14, d15, [sp, #144]\n"
        "    mov x9, sp\n"
        "    str x9, [x0]\n"
        "    mov sp, x1\n"
        "    ldp x19, x20, [sp, #0]\n"
        "    ldp x21, x22, [sp, #16]\n"
        "    ldp x23, x24, [sp, #32]\n"
        "    ldp x25, x26, [sp, #48]\n"
        "    ldp x27, x28, [sp, #64]\n"
        "    ldp x29, x30, [sp, #80]\n"
        "    ldp d8, d9, [sp, #96]\n"
        "    ldp d10, d11, [sp, #112]\n"
        "    ldp d12, d13, [sp, #128]\n"
        "    ldp d14, d15, [sp, #144]\n"
        "    add sp, sp, #160\n"
        "    ret\n"
        ".size simt_switch_stack,.-simt_switch_stack\n");
#endif

namespace simt {

/* What ThreadSanitizer forgets of a stack: more than kernels use. */
[[maybe_unused]] constexpr size_t renewed_bytes = 16 << 10;

[[noreturn]] static void no_stack()
{
    perror("simt: a stack for a CUDA thread");
    abort();
}

/* TSan forgets what it knows of an address when something is mapped there; what lives on the stack
 * is put aside meanwhile. */
void renew_stack([[maybe_unused]] Context &context)
{
#if defined(SIMT_TSAN) && !defined(SIMT_USES_UCONTEXT)
    char *const top = context.stack + context.stack_bytes;
    const char *const used = static_cast<char *>(context.stack_pointer);
    const std::vector<char> aside(used, static_cast<const char *>(top));
    if (mmap(top - renewed_bytes, renewed_bytes, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) {
        no_stack();
    }
    memcpy(top - aside.size(), aside.data(), aside.size());
#endif
}

void map_stack(Context &context, size_t bytes)
{
    void *const mapped = mmap(nullptr, bytes + stack_guard_bytes, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped == MAP_FAILED || mprotect(mapped, stack_guard_bytes, PROT_NONE) != 0) {
        no_stack();
    }
#ifdef MADV_NOHUGEPAGE
    madvise(mapped, bytes + stack_guard_bytes, MADV_NOHUGEPAGE); /* a thread needs a page or two */
#endif
    context.stack = static_cast<char *>(mapped) + stack_guard_bytes;
    context.stack_bytes = bytes;
}

#ifdef SIMT_USES_UCONTEXT

void prepare(Context &context, void (*entry)(), size_t stagger)
{
    unpoison(context.stack, context.stack_bytes);
    getcontext(&context.saved);
    context.saved.uc_stack.ss_sp = context.stack;
    context.saved.uc_stack.ss_size = context.stack_bytes - stagger;
    context.saved.uc_link = nullptr;
    makecontext(&context.saved, entry, 0);
    context.fake_stack = nullptr;
}

static void switch_stack(Context &from, Context &to)
{
    swapcontext(&from.saved, &to.saved);
}

#else

void prepare(Context &context, void (*entry)(), size_t stagger)
{
    unpoison(context.stack, context.stack_bytes);
    char *const top = context.stack + context.stack_bytes - stagger;
#if defined(__x86_64__)
    /* Six registers, then the address that `ret` goes to, then a return address for entry. */
    void **const frame = reinterpret_cast<void **>(top) - 8;
    memset(frame, 0, 8 * sizeof *frame);
    frame[6] = reinterpret_cast<void *>(entry);
#else
    void **const frame = reinterpret_cast<void **>(top - 160);
    memset(frame, 0, 160);
    frame[11] = reinterpret_cast<void *>(entry); /* x30 */
#endif
    context.stack_pointer = frame;
    context.fake_stack = nullptr;
}

static inline void switch_stack(Context &from, Context &to)
{
    simt_switch_stack(&from.stack_pointer, to.stack_pointer);
}

#endif

void switch_context(Context &from, Context &to)
{
#ifdef SIMT_ASAN
    __sanitizer_start_switch_fiber(&from.fake_stack, to.stack, to.stack_bytes);
#endif
    become(to.identity);
    switch_stack(from, to);
#ifdef SIMT_ASAN
    __sanitizer_finish_switch_fiber(from.fake_stack, nullptr, nullptr);
#endif
}

void entered()
{
#ifdef SIMT_ASAN
    __sanitizer_finish_switch_fiber(nullptr, nullptr, nullptr);
#endif
}

/* Where the stack of a thread lies is asked once: of the first thread the C library reads it in
 * /proc/self/maps, whose length is that of all stacks with guards there are. */
void describe_host(Context &context)
{
    thread_local void *lowest = nullptr;
    thread_local size_t bytes = 0;
    pthread_attr_t attributes;
    if (lowest == nullptr && pthread_getattr_np(pthread_self(), &attributes) == 0) {
        pthread_attr_getstack(&attributes, &lowest, &bytes);
        pthread_attr_destroy(&attributes);
    }
    context.stack = static_cast<char *>(lowest);
    context.stack_bytes = bytes;
    context.identity = current_identity();
}

} // namespace simt
