// tier.h - how much is asked of a test (docs/TESTING.md): everything in the long tier; in what
// gates a change what it costs seconds to show, and under a sanitizer nothing that is only more of
// the same.
#pragma once

#include <cstdlib>

#include "support/sanitized.h"

namespace rs_test {

inline bool LongTier()
{
    return std::getenv("REASSESS_LONG") != nullptr;
}

/* Whether a test that is all volume is to run: its code is reached, in small, by others too. */
inline bool VolumeIsTested()
{
    return !Sanitized() || LongTier();
}

}  // namespace rs_test

#define RS_SKIP_MERE_VOLUME()                                                       \
    do {                                                                            \
        if (!rs_test::VolumeIsTested()) {                                           \
            GTEST_SKIP() << "REASSESS_LONG is not set: volume, by the optimised build"; \
        }                                                                           \
    } while (0)
