/* cases.h - the planted bugs.
 *
 * Every file of this folder is a small kernel with the host code around it, compiled twice: as it
 * should be (namespace sound) and with its one bug (namespace planted; PLANT is 1). A case runs the
 * kernel and says whether the result is right. planted_test.cc holds what each must be caught by.
 */
#ifndef SIMT_PLANTED_CASES_H
#define SIMT_PLANTED_CASES_H

#define SIMT_PLANTED_CASES(X)                                                                      \
    X(missing_syncthreads)                                                                         \
    X(missing_syncthreads_reuse)                                                                   \
    X(missing_syncwarp)                                                                            \
    X(divergent_barrier)                                                                           \
    X(wrong_mask)                                                                                  \
    X(early_exit_lane)                                                                             \
    X(uninitialised_shared)                                                                        \
    X(overrun_static_shared)                                                                       \
    X(overrun_dynamic_shared)                                                                      \
    X(overrun_global)                                                                              \
    X(missing_stream_wait)                                                                         \
    X(pinned_buffer_reused)                                                                        \
    X(device_buffer_reused)                                                                        \
    X(result_read_too_early)                                                                       \
    X(tie_order_flipped)                                                                           \
    X(nan_the_other_way)                                                                           \
    X(minus_infinity_loses)                                                                        \
    X(offset_of_32_bits)                                                                           \
    X(increment_within_block)                                                                      \
    X(increment_between_blocks)                                                                    \
    X(increment_between_blocks_apart)                                                              \
    X(missing_fence)                                                                               \
    X(misaligned_vector)

#define SIMT_DECLARE_CASE(name) bool name(); /* true: the result is right */
namespace sound {
SIMT_PLANTED_CASES(SIMT_DECLARE_CASE)
}
namespace planted {
SIMT_PLANTED_CASES(SIMT_DECLARE_CASE)
}
#undef SIMT_DECLARE_CASE

#endif
