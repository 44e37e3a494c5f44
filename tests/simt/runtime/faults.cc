/* faults.cc - a fault at an address the executor knows is explained before the process ends.
 *
 * Two kinds: the host touches device memory (or anybody freed memory), and a kernel runs into a
 * guard page or another device's memory. The latter can be caught (simt_catch) like any failed
 * check.
 */
#include "executor/internal.h"
#include "executor/sanitizers.h"
#include "runtime/state.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace simt {

static struct sigaction previous_segv, previous_bus;

/* The fiber's own guard page: a kernel's locals are too much for its stack. */
static bool is_stack_overflow(const void *address)
{
    const char *const lowest = this_lane().fiber->stack, *const at =
                                                             static_cast<const char *>(address);
    return at < lowest && at >= lowest - stack_guard_bytes;
}

static void hand_on(int signal, siginfo_t *info, void *context)
{
    const struct sigaction &previous = signal == SIGSEGV ? previous_segv : previous_bus;
    if ((previous.sa_flags & SA_SIGINFO) != 0 && previous.sa_sigaction != nullptr) {
        previous.sa_sigaction(signal, info, context);
        return;
    }
    sigaction(signal, &previous, nullptr); /* the access is repeated and meets the default action */
}

static void on_fault(int signal, siginfo_t *info, void *context)
{
    char what[256], who[256], text[640];
    const bool in_kernel = current != nullptr && is_inside_work();
    if (in_kernel && is_stack_overflow(info->si_addr)) {
        snprintf(what, sizeof what, "the end of its stack: its local variables are too large");
    } else if (!(in_kernel && describe_dynamic_shared(info->si_addr, what, sizeof what)) &&
               !describe_address(info->si_addr, what, sizeof what)) {
        hand_on(signal, info, context);
        return;
    }
    if (in_kernel) {
        describe_current(who, sizeof who);
    }
    const int length =
        in_kernel ? snprintf(text, sizeof text, "simt: %stouches %s", who, what)
                  : snprintf(text, sizeof text,
                             "simt: the host touches device memory: %s; copy it with cudaMemcpy",
                             what);
    set_message(text);
    if (in_kernel && catching() && !under_tsan) {
        grid.failed = true;
        leave_kernel(); /* leaves the signal's stack for good, which Linux allows */
    }
    if (write(STDERR_FILENO, text, static_cast<size_t>(length)) < 0 ||
        write(STDERR_FILENO, "\n", 1) < 0) {
        _exit(1);
    }
    abort();
}

static void own_signal_stack()
{
    static thread_local char stack[65536];
    stack_t present;
    if (sigaltstack(nullptr, &present) == 0 && (present.ss_flags & SS_DISABLE) != 0) {
        stack_t wanted = {};
        wanted.ss_sp = stack;
        wanted.ss_size = sizeof stack;
        sigaltstack(&wanted, nullptr);
    }
}

void watch_faults()
{
    const Unseen unseen; // a stream runs on the stack of the thread that drives it
    static thread_local bool has_stack;
    if (!has_stack) {
        own_signal_stack();
        has_stack = true;
    }
    static bool watching;
    if (watching) {
        return;
    }
    watching = true;
    struct sigaction action = {};
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigaction(SIGSEGV, &action, &previous_segv);
    sigaction(SIGBUS, &action, &previous_bus);
}

} // namespace simt
