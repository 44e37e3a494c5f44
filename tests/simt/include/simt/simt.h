/* simt.h - how a test steers the executor. C11 and C++17.
 *
 * Each setting also has an environment variable, read once when the first call is made:
 *     SIMT_SEED        order of everything that CUDA leaves open (default 1; 0: plain order)
 *     SIMT_DEVICES     number of devices (default 1; 0: none; -1: no driver; -2: one of CUDA 12.4)
 *     SIMT_MEMORY      bytes of memory of each device (default 64 GiB; reserved, not committed)
 *     SIMT_ARCH        compute capability that the devices report, as 10 * major + minor (default
 *                      90)
 *     SIMT_FAIL_CALL   N:CODE, as simt_fail_call
 *     SIMT_FAIL_WORK   N:CODE, as simt_fail_work
 */
#ifndef SIMT_SIMT_H
#define SIMT_SIMT_H

#include <stddef.h>
#include <stdint.h>

#include "simt/error_codes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Forgets everything (memory, streams, events, injections, lost devices, settings made through this
 * header), then reads the environment again. Not while another thread is in a CUDA call. */
void simt_reset(void);

void simt_set_seed(uint64_t seed);
void simt_set_devices(int count); /* 0: cudaErrorNoDevice; -1, -2: cudaErrorInsufficientDriver */
void simt_set_memory(size_t bytes_per_device);
void simt_set_arch(int capability); /* 75, 80, 90 ... */
/* Of one device, so that devices differ in kind; after simt_set_devices. Kernels know nothing of
 * it. */
void simt_set_device_arch(int device, int capability);

/* ---- failures ---- */

/* The n-th call into the runtime from now (1: the next one) does nothing and returns `code`; calls
 * that free or destroy do their work all the same, as CUDA's do. A code that CUDA calls sticky
 * (700, 719, ...) loses the current device. n = 0 takes the order back. */
void simt_fail_call(uint64_t n, cudaError_t code);
/* The same, counting only calls of this name, as "cudaMemcpyAsync". Kernel launches: "launch". */
void simt_fail_call_named(const char *name, uint64_t n, cudaError_t code);
/* The n-th piece of stream work that runs from now fails and its device is lost: whoever waits next
 * is told. This is how asynchronous errors arrive. */
void simt_fail_work(uint64_t n, cudaError_t code);
/* Every later call on this device returns `code`. Only simt_reset brings it back. */
void simt_lose_device(int device, cudaError_t code);
/* Calls made and pieces of work run since simt_reset: how far there is to sweep with the functions
 * above. */
uint64_t simt_calls(void);
uint64_t simt_work_done(void);
uint64_t simt_device_work_done(int device); /* of that, on one device */

/* ---- what is alive: for leak checks ---- */
typedef struct simt_census {
    size_t device_allocations, pinned_allocations, registrations, streams, events, graphs,
        pending_work;
    size_t device_bytes, device_bytes_peak; /* over all devices */
} simt_census;
simt_census simt_count(void);

/* ---- checks ---- */

/* While on, a failed check in a kernel does not abort: the kernel is given up, its device is lost
 * with cudaErrorLaunchFailure, and the text is kept. Off by default. */
void simt_catch(int on);
/* The text of the last failed check since simt_reset, "" if there was none. */
const char *simt_message(void);

/* ---- device memory for code that is not a kernel ---- */

/* Runs function(user_data) as stream work with the memory of the stream's device accessible, and
 * waits for it: how host-compiled device code (Thrust on its CPP or OMP backend) reaches device
 * memory. `stream` is a cudaStream_t. */
cudaError_t simt_run_library(void *stream, void (*function)(void *user_data), void *user_data);

/* Copies at once, past all streams and their order: for tests that look at what has not run yet. */
void simt_peek(void *to, const void *device_pointer, size_t bytes);

#ifdef __cplusplus
}
#endif
#endif
