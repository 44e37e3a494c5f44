// sanitized.h - RS_SANITIZED is defined where a sanitizer takes memory of its own, and
// RS_ADDRESS_SANITIZED too where it is AddressSanitizer.
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#define RS_ADDRESS_SANITIZED 1
#elif defined(__has_feature) // as clang says it
#if __has_feature(address_sanitizer)
#define RS_ADDRESS_SANITIZED 1
#elif __has_feature(thread_sanitizer)
#define RS_SANITIZED 1
#endif
#endif

#if defined(RS_ADDRESS_SANITIZED) || defined(__SANITIZE_THREAD__)
#define RS_SANITIZED 1
#endif
