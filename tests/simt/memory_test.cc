/* memory_test.cc - device memory out of the host's reach, guard pages, poison, limits, pinned
 * memory. */
#include "simt_test.h"

#include <cstring>

__global__ void store_at(unsigned char *base, long offset, int value)
{
    if (threadIdx.x == 0) {
        base[offset] = static_cast<unsigned char>(value);
    }
}

using MemoryTest = SimtTest;

/* ---- who may touch what ---- */

TEST_F(MemoryTest, TheHostCannotReadOrWriteDeviceMemory)
{
    OnDevice<int> device(10);
    volatile int *const sneaky = device.get();
    EXPECT_DEATH(
        sneaky[3] = 1,
        "simt: the host touches device memory: byte 12 of device allocation 1 \\(40 bytes");
    EXPECT_DEATH(static_cast<void>(sneaky[0]), "simt: the host touches device memory: byte 0 of");
    ASSERT_CUDA(RS_LAUNCH(store_at, 1, 32, 0, nullptr,
                          reinterpret_cast<unsigned char *>(device.get()), 0l, 7));
    ASSERT_CUDA(cudaDeviceSynchronize());
    EXPECT_DEATH(static_cast<void>(sneaky[0]),
                 "the host touches device memory"); /* again afterwards */
}

TEST_F(MemoryTest, FreedMemoryIsNamed)
{
    int *pointer = nullptr;
    ASSERT_CUDA(cudaMalloc(&pointer, 400));
    volatile int *const kept = pointer;
    ASSERT_CUDA(cudaFree(pointer));
    EXPECT_DEATH(kept[1] = 1, SIMT_TEST_ASAN ? "use-after-poison"
                                             : "byte 4 of freed allocation 1 \\(400 bytes");
    EXPECT_EQ(cudaFree(pointer), cudaErrorInvalidValue);
    EXPECT_CUDA(cudaFree(nullptr));
}

/* ---- out of bounds ---- */

static void store_and_free(size_t bytes, long offset)
{
    unsigned char *pointer = nullptr;
    cudaMalloc(&pointer, bytes);
    RS_LAUNCH(store_at, 1, 32, 0, nullptr, pointer, offset, 1);
    cudaDeviceSynchronize();
    cudaFree(pointer);
}

TEST_F(MemoryTest, OneByteTooFarIsSeenAtOnceByAsanAndOtherwiseWhenFreed)
{
    EXPECT_DEATH(store_and_free(1000, 1000),
                 SIMT_TEST_ASAN ? "use-after-poison"
                                : "device allocation 1 of 1000 bytes: a byte 0 past the end of it");
    EXPECT_DEATH(store_and_free(1000, -1),
                 SIMT_TEST_ASAN
                     ? "use-after-poison"
                     : "device allocation 1 of 1000 bytes: a byte 1 before the start of it");
}

TEST_F(MemoryTest, WholeMultiplesOf256EndAtTheGuardPage)
{
    EXPECT_DEATH(store_and_free(1024, 1024),
                 SIMT_TEST_ASAN
                     ? "use-after-poison"
                     : "simt: store_at block \\(0,0,0\\) thread \\(0,0,0\\) touches byte 1024 "
                       "of device allocation 1 \\(1024 bytes, device 0\\)");
}

#if !SIMT_TEST_ASAN && !SIMT_TEST_TSAN
TEST_F(MemoryTest, AFaultInAKernelCanBeCaught)
{
    for (int round = 0; round < 3; round++) {
        unsigned char *pointer = nullptr;
        ASSERT_CUDA(cudaMalloc(&pointer, 1024));
        const std::string caught = failure_of(store_at, 5, 64, 0, pointer, 2000l, 1);
        EXPECT_NE(caught.find("touches byte 2000 of device allocation 1 (1024 bytes"),
                  std::string::npos)
            << caught;
    }
}

__global__ void deep(volatile char *out, int depth)
{
    volatile char frame[100000];
    frame[depth] = 1;
    volatile char more[100000];
    more[depth] = frame[depth];
    *out = more[depth];
}
TEST_F(MemoryTest, AStackOverflowIsNamed)
{
    OnDevice<char> out(1);
    const std::string caught =
        failure_of(deep, 1, 1, 0, static_cast<volatile char *>(out.get()), 5);
    EXPECT_NE(caught.find("touches the end of its stack"), std::string::npos) << caught;
}
#endif

/* ---- what it holds, and how much there is ---- */

TEST_F(MemoryTest, NewMemoryIsPoisoned)
{
    simt_set_seed(0);
    OnDevice<unsigned> device(300);
    EXPECT_EQ(device.fetch(), std::vector<unsigned>(300, 0xcdcdcdcdu));
    unsigned *pinned = nullptr;
    ASSERT_CUDA(cudaMallocHost(&pinned, 40));
    EXPECT_EQ(pinned[9], 0xcdcdcdcdu);
    ASSERT_CUDA(cudaFreeHost(pinned));
}

TEST_F(MemoryTest, PointersAreAligned)
{
    for (size_t bytes : {1, 7, 255, 257, 4096, 100000}) {
        char *device = nullptr, *pinned = nullptr;
        ASSERT_CUDA(cudaMalloc(&device, bytes));
        ASSERT_CUDA(cudaMallocHost(&pinned, bytes));
        EXPECT_EQ(reinterpret_cast<uintptr_t>(device) % 256, 0u);
        EXPECT_EQ(reinterpret_cast<uintptr_t>(pinned) % 4096, 0u);
        ASSERT_CUDA(cudaFree(device));
        ASSERT_CUDA(cudaFreeHost(pinned));
    }
}

TEST_F(MemoryTest, RunsOut)
{
    simt_set_memory(1 << 20);
    size_t free_bytes = 0, total = 0;
    char *first = nullptr, *second = reinterpret_cast<char *>(1);
    ASSERT_CUDA(cudaMalloc(&first, 700000));
    ASSERT_CUDA(cudaMemGetInfo(&free_bytes, &total));
    EXPECT_EQ(total, 1u << 20);
    EXPECT_EQ(free_bytes, (1u << 20) - 700416); /* in pieces of 512 bytes */
    EXPECT_EQ(cudaMalloc(&second, 700000), cudaErrorMemoryAllocation);
    EXPECT_EQ(second, nullptr);
    EXPECT_EQ(cudaGetLastError(), cudaErrorMemoryAllocation);
    EXPECT_EQ(cudaGetLastError(), cudaSuccess); /* not sticky */
    ASSERT_CUDA(cudaFree(first));
    ASSERT_CUDA(cudaMalloc(&second, 1 << 20));
    EXPECT_EQ(cudaMalloc(&first, 1), cudaErrorMemoryAllocation);
    ASSERT_CUDA(cudaFree(second));
    EXPECT_EQ(cudaMalloc(&first, SIZE_MAX), cudaErrorMemoryAllocation);
}

/* 40 GB that cost a few pages: an index that wraps at 32 bits writes to the wrong end. */
__global__ void mark_rows(unsigned char *base, size_t stride, unsigned rows)
{
    const unsigned row = blockIdx.x * blockDim.x + threadIdx.x;
    if (row < rows) {
        base[static_cast<size_t>(row) * stride] = static_cast<unsigned char>(row + 1);
    }
}

TEST_F(MemoryTest, HugeSparseAllocations)
{
    const size_t stride = static_cast<size_t>(10) << 30;
    unsigned char *base = nullptr;
    ASSERT_CUDA(cudaMalloc(&base, 3 * stride + 1));
    ASSERT_CUDA(RS_LAUNCH(mark_rows, 1, 32, 0, nullptr, base, stride, 4u));
    unsigned char seen[4];
    for (size_t row = 0; row < 4; row++) {
        ASSERT_CUDA(cudaMemcpy(&seen[row], base + row * stride, 1, cudaMemcpyDeviceToHost));
        EXPECT_EQ(seen[row], row + 1);
    }
    ASSERT_CUDA(cudaFree(base));
}

TEST_F(MemoryTest, CensusCountsWhatIsAlive)
{
    char *device = nullptr, *pinned = nullptr, pageable[100];
    cudaStream_t stream;
    cudaEvent_t event;
    ASSERT_CUDA(cudaMalloc(&device, 1000));
    ASSERT_CUDA(cudaMallocHost(&pinned, 1000));
    ASSERT_CUDA(cudaHostRegister(pageable, sizeof pageable, cudaHostRegisterReadOnly));
    ASSERT_CUDA(cudaStreamCreate(&stream));
    ASSERT_CUDA(cudaEventCreate(&event));
    ASSERT_CUDA(cudaMemsetAsync(device, 0, 1000, stream));
    simt_census census = simt_count();
    EXPECT_EQ(census.device_allocations, 1u);
    EXPECT_EQ(census.pinned_allocations, 1u);
    EXPECT_EQ(census.registrations, 1u);
    EXPECT_EQ(census.streams, 1u);
    EXPECT_EQ(census.events, 1u);
    EXPECT_EQ(census.pending_work, 1u);
    EXPECT_EQ(census.device_bytes, 1000u);
    ASSERT_CUDA(cudaFree(device));
    ASSERT_CUDA(cudaFreeHost(pinned));
    ASSERT_CUDA(cudaHostUnregister(pageable));
    ASSERT_CUDA(cudaStreamDestroy(stream));
    ASSERT_CUDA(cudaEventDestroy(event));
    census = simt_count();
    EXPECT_EQ(census.device_allocations + census.pinned_allocations + census.registrations +
                  census.streams + census.events + census.pending_work + census.device_bytes,
              0u);
    EXPECT_EQ(census.device_bytes_peak, 1000u);
}

/* ---- host memory ---- */

TEST_F(MemoryTest, PinnedMemoryIsReachedByKernels)
{
    unsigned char *pinned = nullptr;
    void *on_device = nullptr;
    ASSERT_CUDA(cudaHostAlloc(&pinned, 100, cudaHostAllocMapped));
    ASSERT_CUDA(cudaHostGetDevicePointer(&on_device, pinned, 0));
    ASSERT_CUDA(
        RS_LAUNCH(store_at, 1, 1, 0, nullptr, static_cast<unsigned char *>(on_device), 5l, 9));
    ASSERT_CUDA(cudaDeviceSynchronize());
    EXPECT_EQ(pinned[5], 9);
    cudaPointerAttributes attributes;
    ASSERT_CUDA(cudaPointerGetAttributes(&attributes, pinned + 50));
    EXPECT_EQ(attributes.type, cudaMemoryTypeHost);
    EXPECT_EQ(cudaFree(pinned), cudaErrorInvalidValue);
    ASSERT_CUDA(cudaFreeHost(pinned));
    EXPECT_EQ(cudaFreeHost(pinned), cudaErrorInvalidValue);
}

TEST_F(MemoryTest, RegisteringTwiceOrOverlappingIsRefused)
{
    std::vector<char> memory(1000);
    ASSERT_CUDA(cudaHostRegister(memory.data() + 100, 100, 0));
    EXPECT_EQ(cudaHostRegister(memory.data() + 100, 100, 0), cudaErrorHostMemoryAlreadyRegistered);
    EXPECT_EQ(cudaHostRegister(memory.data() + 50, 100, 0), cudaErrorHostMemoryAlreadyRegistered);
    EXPECT_EQ(cudaHostRegister(memory.data() + 150, 10, 0), cudaErrorHostMemoryAlreadyRegistered);
    EXPECT_CUDA(cudaHostRegister(memory.data() + 200, 100, 0));
    EXPECT_EQ(cudaHostUnregister(memory.data() + 150), cudaErrorHostMemoryNotRegistered);
    EXPECT_CUDA(cudaHostUnregister(memory.data() + 100));
    EXPECT_CUDA(cudaHostUnregister(memory.data() + 200));
}

TEST_F(MemoryTest, PointerAttributesTellDeviceMemory)
{
    OnDevice<int> device(4);
    cudaPointerAttributes attributes;
    ASSERT_CUDA(cudaPointerGetAttributes(&attributes, device.get() + 3));
    EXPECT_EQ(attributes.type, cudaMemoryTypeDevice);
    EXPECT_EQ(attributes.device, 0);
    int local = 0;
    ASSERT_CUDA(cudaPointerGetAttributes(&attributes, &local));
    EXPECT_EQ(attributes.type, cudaMemoryTypeUnregistered);
}

/* ---- copies ---- */

TEST_F(MemoryTest, CopiesAreHeldAgainstTheAllocation)
{
    OnDevice<char> device(100), other(100);
    char host[200] = {};
    char *const d = device.get();
    EXPECT_EQ(cudaMemcpy(d, host, 101, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    EXPECT_EQ(cudaMemcpy(d + 50, host, 51, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    EXPECT_EQ(cudaMemcpy(host, d + 1, 100, cudaMemcpyDeviceToHost), cudaErrorInvalidValue);
    EXPECT_EQ(cudaMemcpy(d, host, 10, cudaMemcpyDeviceToHost), cudaErrorInvalidValue);
    EXPECT_EQ(cudaMemcpy(host, host + 50, 10, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    EXPECT_EQ(cudaMemcpy(d, other.get(), 10, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    EXPECT_EQ(cudaMemcpy(nullptr, host, 10, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    EXPECT_EQ(cudaMemset(d, 1, 101), cudaErrorInvalidValue);
    EXPECT_CUDA(cudaMemcpy(nullptr, nullptr, 0, cudaMemcpyHostToDevice));
    EXPECT_CUDA(cudaMemset(d, 7, 100));
    EXPECT_CUDA(cudaMemcpy(other.get(), d, 100, cudaMemcpyDefault));
    EXPECT_CUDA(cudaMemcpy(host, other.get(), 100, cudaMemcpyDefault));
    EXPECT_EQ(host[99], 7);
    EXPECT_EQ(host[100], 0);
}

TEST_F(MemoryTest, CopiesOfRowsWithPitches)
{
    OnDevice<char> device(5 * 8);
    char from[3 * 10], back[3 * 4];
    for (size_t i = 0; i < sizeof from; i++) {
        from[i] = static_cast<char>(i);
    }
    ASSERT_CUDA(cudaMemcpy2D(device.get(), 8, from, 10, 4, 3, cudaMemcpyHostToDevice));
    ASSERT_CUDA(cudaMemcpy2D(back, 4, device.get(), 8, 4, 3, cudaMemcpyDeviceToHost));
    for (size_t row = 0; row < 3; row++) {
        EXPECT_EQ(memcmp(back + row * 4, from + row * 10, 4), 0);
    }
    EXPECT_EQ(cudaMemcpy2D(device.get(), 3, from, 10, 4, 3, cudaMemcpyHostToDevice),
              cudaErrorInvalidPitchValue);
    EXPECT_EQ(cudaMemcpy2D(device.get(), 8, from, 10, 4, 6, cudaMemcpyHostToDevice),
              cudaErrorInvalidValue);
}
