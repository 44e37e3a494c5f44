/* simt_test_main.cc - counts ThreadSanitizer's reports instead of letting them end the program. */
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>

#include "simt_test.h"

static unsigned reports;

#ifdef SIMT_TSAN
extern "C" void __tsan_on_report(void *)
{
    __atomic_fetch_add(&reports, 1, __ATOMIC_RELAXED);
}
extern "C" const char *__tsan_default_options()
{
    return "report_thread_leaks=0:suppress_equal_stacks=0:suppress_equal_addresses=0";
}
#endif

unsigned tsan_reports()
{
    return __atomic_load_n(&reports, __ATOMIC_RELAXED);
}

int main(int argc, char **argv)
{
    testing::InitGoogleTest(&argc, argv);
    testing::GTEST_FLAG(death_test_style) = "threadsafe";
    const int failed = RUN_ALL_TESTS();
    if (SIMT_TEST_TSAN) {
        /* Past TSan's own verdict: tests provoke races and check that they are seen. */
        fflush(nullptr);
        syscall(SYS_exit_group, failed);
    }
    return failed;
}
