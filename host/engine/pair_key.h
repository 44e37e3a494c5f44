/* pair_key.h - a row's original and predicted class as a key to be counted (key_counts.h).
 *
 * RS_MAX_COLUMNS is 2^16: that many classes need 16 bits. C and CUDA compile this.
 */
#ifndef RS_PAIR_KEY_H
#define RS_PAIR_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/host_device.h"
#include "engine/key_counts.h"

/* The marks: the predicted class is in the row's ReaL set, and there is such a set. */
enum { RS_PAIR_CLASS_BITS = 16, RS_PAIR_ACCEPTED = 0, RS_PAIR_EVALUATED = 1 };

/* Of rows without a label or a prediction. */
#define RS_NO_PAIR UINT64_MAX

/* `set`: the `set_size` classes of the row's ReaL set. */
static inline RS_HOST_DEVICE uint64_t rs_pair_key(int32_t original, int32_t predicted,
                                                  uint32_t classes, const int32_t *set,
                                                  uint32_t set_size)
{
    if ((uint32_t)predicted >= classes || original < 0) {
        return RS_NO_PAIR;
    }
    bool accepted = false;
    for (uint32_t i = 0; i < set_size; ++i) {
        accepted = accepted || set[i] == predicted;
    }
    const uint64_t pair = (uint64_t)(uint32_t)original << RS_PAIR_CLASS_BITS | (uint32_t)predicted;
    return pair << RS_KEY_MARKS | (uint64_t)accepted << RS_PAIR_ACCEPTED |
           (uint64_t)(set_size > 0) << RS_PAIR_EVALUATED;
}

#endif
