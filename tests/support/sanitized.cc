// sanitized.cc - belongs to the build that it is linked in.
#include "support/sanitized.h"

#ifndef __has_feature // as clang says it
#define __has_feature(what) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
static constexpr bool address = true;
#else
static constexpr bool address = false;
#endif

#if defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
static constexpr bool thread = true;
#else
static constexpr bool thread = false;
#endif

namespace rs_test {

bool Sanitized()
{
    return address || thread;
}

bool AddressSanitized()
{
    return address;
}

bool ThreadSanitized()
{
    return thread;
}

} // namespace rs_test
