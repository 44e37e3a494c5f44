// sanitized.h - whether what is tested was compiled with a sanitizer. Code of tests may come from
// another build (REASSESS_TEST_OBJECTS), so that this is no macro.
#pragma once

namespace rs_test {

bool Sanitized(); /* by one that takes memory of its own: AddressSanitizer, ThreadSanitizer */
bool AddressSanitized(); /* by AddressSanitizer */
bool ThreadSanitized();  /* by ThreadSanitizer */

} // namespace rs_test

#define RS_SKIP_IF_SANITIZED(why)                                                                  \
    do {                                                                                           \
        if (rs_test::Sanitized()) {                                                                \
            GTEST_SKIP() << (why);                                                                 \
        }                                                                                          \
    } while (0)
