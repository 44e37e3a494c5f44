/* state.h - what the simulated runtime knows, behind one lock.
 *
 * Work given to a stream only runs when somebody waits for it (streams.cc), in the thread that
 * waits, under the lock. So a missing wait is not hidden by luck, and kernels run one at a time.
 */
#ifndef SIMT_RUNTIME_STATE_H
#define SIMT_RUNTIME_STATE_H

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cuda_runtime_api.h"
#include "executor/guarded.h"
#include "executor/random.h"
#include "executor/sanitizers.h"
#include "simt/simt.h"

namespace simt {

/* ---- memory ---- */
enum class Kind { device, pinned, registered };

struct Allocation {
    Kind kind;
    int device;          /* where it was made */
    uint64_t number;     /* counts allocations, for messages */
    char *pointer;
    size_t bytes;
    Guarded memory;      /* not of registered memory, which is the caller's */
    bool exposed;        /* device memory: accessible just now */
};

/* ---- streams ---- */
/* A piece of work in a stream's order, done or not. */
struct Marker {
    CUstream_st *stream = nullptr;
    bool done = false;
    double milliseconds = 0;
    uint64_t issued = 0,
             finished = 0; /* their addresses stand for both moments to ThreadSanitizer */
};
using MarkerPointer = std::shared_ptr<Marker>;

struct Work {
    const char *name;
    std::function<cudaError_t()> run;
    MarkerPointer marker;
    std::vector<MarkerPointer> after; /* of other streams */
};

/* What was given to a stream while it was captured: one after the other. */
using Captured = std::vector<std::function<cudaError_t()>>;

} // namespace simt

struct CUgraph_st {
    int device = 0;
    simt::Captured work;
};

struct CUgraphExec_st {
    int device = 0;
    std::shared_ptr<const simt::Captured> work;
};

struct CUstream_st {
    int device = 0;
    bool blocking = true; /* ordered with the legacy default stream */
    bool alive = true;    /* a destroyed stream stays until its work is done */
    std::deque<simt::Work> queue;
    simt::MarkerPointer last; /* of the newest work */
    std::unique_ptr<CUgraph_st> capture; /* work goes there */
    bool capture_broken = false;
    simt::Identity identity;
};

struct CUevent_st {
    int device = 0;
    bool timing = true;
    simt::MarkerPointer marker; /* of the newest record; none: never recorded */
    CUstream_st *captured = nullptr; /* where the newest record was captured */
};

namespace simt {

struct Device {
    cudaError_t lost = cudaSuccess;
    size_t used = 0;
    int arch = 0; /* 0: the runtime's */
    uint64_t work_done = 0;
    std::unique_ptr<CUstream_st> legacy;
};

struct Injection {
    uint64_t countdown = 0; /* 0: none */
    cudaError_t code = cudaSuccess;
    std::string name; /* empty: any call */
};

struct Runtime {
    bool initialised = false;
    uint64_t seed = 1;
    int device_count = 1;
    size_t memory_bytes = 0;
    int arch = 90;

    std::vector<Device> devices;
    std::map<uintptr_t, Allocation> allocations; /* by first address */
    std::set<CUstream_st *> streams;             /* destroyed ones with work included */
    std::set<CUevent_st *> events;
    std::set<CUgraph_st *> graphs;
    std::set<CUgraphExec_st *> graph_execs;
    std::map<const void *, int>
        shared_limits; /* kernels that opted in to more dynamic shared memory */

    Random random;
    Injection failing_call, failing_work;
    uint64_t calls = 0, work_done = 0, allocations_made = 0;
    size_t device_bytes = 0, device_bytes_peak = 0;
};

extern Runtime runtime;

/* Own lock: std::mutex would order host threads in TSan's eyes, which CUDA does not promise. */
class Lock {
  public:
    Lock();
    ~Lock();
    Lock(const Lock &) = delete;
    Lock &operator=(const Lock &) = delete;
};

/* ---- errors.cc ---- */
enum CallFlags : unsigned {
    plain_call = 0,
    frees = 1,      /* does its work even when a failure is injected */
    any_device = 2, /* does not care whether the device is lost */
};
/* Runs a call of the API: lock, count, injected failure, lost device, last error. */
cudaError_t call(const char *name, unsigned flags, const std::function<cudaError_t()> &body);
bool is_sticky(cudaError_t code);
int current_device();
void set_inside_work(bool inside); /* this thread runs stream work: it may not call the API */
bool is_inside_work();
void make_devices(int count);
/* cudaSuccess, cudaErrorNoDevice, cudaErrorInsufficientDriver */
cudaError_t devices_status();
void initialise(); /* reads the environment, once */
bool injected(Injection &injection, const char *name, cudaError_t *code);
void lose(int device, cudaError_t code);

/* ---- memory.cc ---- */
Allocation *find(const void *pointer);                      /* NULL: pageable */
Allocation *find_whole(const void *pointer,
                       size_t bytes); /* NULL as well: it ends before `bytes` */
bool is_device(const Allocation *allocation);
void expose(Allocation &allocation);
void expose_device(int device); /* and hides every other device's */
void hide_all();
cudaError_t free_allocation(void *pointer, Kind kind);
void free_everything();
bool describe_address(const void *address, char *text, size_t capacity);

/* ---- streams.cc ---- */
/* NULL: no such stream. The legacy default stream is the current device's. */
CUstream_st *stream_of(cudaStream_t handle);
MarkerPointer enqueue(CUstream_st &stream, const char *name, std::function<cudaError_t()> run,
                      std::vector<MarkerPointer> after = {});
void complete(const MarkerPointer &marker); /* runs what has to run; NULL is done */
void complete_stream(CUstream_st &stream);
void complete_device(int device);
void run_something();                       /* a little progress, for polls */
cudaError_t lost_code(int device);

/* ---- graphs.cc ---- */
/* A call that waits, or that may not be made while a stream is captured: whether one is, which it
 * breaks. */
cudaError_t forbidden_in_capture(CUstream_st *stream); /* NULL: any stream */
cudaError_t break_capture(CUstream_st &stream, cudaError_t code);
void drop_graphs();

/* ---- faults.cc ---- */
void watch_faults();

} // namespace simt

#endif
