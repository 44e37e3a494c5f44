/* cublas_test.cc - matrix products on OpenBLAS under cuBLAS's names. */
#include "simt_test.h"

#include <cublas_v2.h>
#include <nvtx3/nvToolsExt.h>

#include <cmath>

using CublasTest = SimtTest;

/* Column-major m x k times k x n, small integers: exact in every type. */
static std::vector<float> numbers(size_t count, int seed)
{
    std::vector<float> values(count);
    for (size_t i = 0; i < count; i++) {
        values[i] = static_cast<float>((static_cast<int>(i) * 7 + seed) % 11 - 5);
    }
    return values;
}

static std::vector<uint16_t> shortened(const std::vector<float> &values, bool bfloat)
{
    std::vector<uint16_t> halves;
    for (float value : values) { /* integers up to 5 in size: by table */
        const uint16_t half[] = {0x0000, 0x3c00, 0x4000, 0x4200, 0x4400, 0x4500};
        const uint16_t brain[] = {0x0000, 0x3f80, 0x4000, 0x4040, 0x4080, 0x40a0};
        const int size = static_cast<int>(std::fabs(value));
        const uint16_t bits = bfloat ? brain[size] : half[size];
        halves.push_back(static_cast<uint16_t>(value < 0 ? bits | 0x8000 : bits));
    }
    return halves;
}

struct Shape {
    int m = 5, n = 7, k = 9;
};

static float reference(const Shape &s, const std::vector<float> &a, const std::vector<float> &b,
                       bool turn_a, bool turn_b, int row, int column)
{
    float sum = 0;
    for (int l = 0; l < s.k; l++) {
        sum += a[static_cast<size_t>(turn_a ? row * s.k + l : l * s.m + row)] *
               b[static_cast<size_t>(turn_b ? l * s.n + column : column * s.k + l)];
    }
    return sum;
}

TEST_F(CublasTest, SgemmInAllFourOrientations)
{
    const Shape s;
    const std::vector<float> a = numbers(45, 1), b = numbers(63, 2), c0 = numbers(35, 3);
    cublasHandle_t handle;
    cudaStream_t stream;
    ASSERT_EQ(cublasCreate(&handle), CUBLAS_STATUS_SUCCESS);
    ASSERT_CUDA(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
    ASSERT_EQ(cublasSetStream(handle, stream), CUBLAS_STATUS_SUCCESS);
    OnDevice<float> da(a), db(b), dc(c0);
    ASSERT_CUDA(cudaDeviceSynchronize());
    for (int turns = 0; turns < 4; turns++) {
        const bool turn_a = turns & 1, turn_b = turns & 2;
        const float alpha = 2, beta = turns == 3 ? 0.5f : 0;
        ASSERT_CUDA(cudaMemcpyAsync(dc.get(), c0.data(), 35 * 4, cudaMemcpyHostToDevice, stream));
        ASSERT_EQ(cublasSgemm(handle, turn_a ? CUBLAS_OP_T : CUBLAS_OP_N,
                              turn_b ? CUBLAS_OP_T : CUBLAS_OP_N, s.m, s.n, s.k, &alpha, da.get(),
                              turn_a ? s.k : s.m, db.get(), turn_b ? s.n : s.k, &beta, dc.get(),
                              s.m),
                  CUBLAS_STATUS_SUCCESS);
        ASSERT_CUDA(cudaStreamSynchronize(stream));
        const std::vector<float> c = dc.fetch();
        for (int i = 0; i < 35; i++) {
            EXPECT_EQ(c[static_cast<size_t>(i)],
                      2 * reference(s, a, b, turn_a, turn_b, i % s.m, i / s.m) +
                          beta * c0[static_cast<size_t>(i)]);
        }
    }
    EXPECT_EQ(cublasSgemm(handle, CUBLAS_OP_N, CUBLAS_OP_N, 6, s.n, s.k, a.data(), da.get(), 6,
                          db.get(), s.k, a.data(), dc.get(), 6),
              CUBLAS_STATUS_INVALID_VALUE); /* larger than the memory */
    EXPECT_EQ(cublasDestroy(handle), CUBLAS_STATUS_SUCCESS);
}

TEST_F(CublasTest, GemmExTakesHalfTypes)
{
    const Shape s;
    const std::vector<float> a = numbers(45, 1), b = numbers(63, 2);
    cublasHandle_t handle;
    ASSERT_EQ(cublasCreate(&handle), CUBLAS_STATUS_SUCCESS);
    for (const bool bfloat : {false, true}) {
        const cudaDataType type = bfloat ? CUDA_R_16BF : CUDA_R_16F;
        OnDevice<uint16_t> da(shortened(a, bfloat)), db(shortened(b, bfloat)), rounded(35);
        OnDevice<float> dc(35);
        const float one = 1, zero = 0;
        ASSERT_EQ(cublasGemmEx(handle, CUBLAS_OP_N, CUBLAS_OP_N, s.m, s.n, s.k, &one, da.get(),
                               type, s.m, db.get(), type, s.k, &zero, dc.get(), CUDA_R_32F, s.m,
                               CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT),
                  CUBLAS_STATUS_SUCCESS);
        ASSERT_EQ(cublasGemmEx(handle, CUBLAS_OP_N, CUBLAS_OP_N, s.m, s.n, s.k, &one, da.get(),
                               type, s.m, db.get(), type, s.k, &zero, rounded.get(), type, s.m,
                               CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT),
                  CUBLAS_STATUS_SUCCESS);
        const std::vector<float> c = dc.fetch();
        const std::vector<uint16_t> r = rounded.fetch();
        for (int i = 0; i < 35; i++) {
            const float want = reference(s, a, b, false, false, i % s.m, i / s.m);
            EXPECT_EQ(c[static_cast<size_t>(i)], want);
            if (std::fabs(want) <= 5) {
                EXPECT_EQ(r[static_cast<size_t>(i)], shortened({want}, bfloat)[0]);
            }
        }
    }
    EXPECT_EQ(cublasDestroy(handle), CUBLAS_STATUS_SUCCESS);
}

TEST_F(CublasTest, ProductsAreStreamWork)
{
    cublasHandle_t handle;
    ASSERT_EQ(cublasCreate(&handle), CUBLAS_STATUS_SUCCESS);
    OnDevice<float> a(std::vector<float>{3}), b(std::vector<float>{4}), c(std::vector<float>{0});
    const float one = 1, zero = 0;
    ASSERT_EQ(cublasSgemm(handle, CUBLAS_OP_N, CUBLAS_OP_N, 1, 1, 1, &one, a.get(), 1, b.get(), 1,
                          &zero, c.get(), 1),
              CUBLAS_STATUS_SUCCESS);
    float seen = -1;
    simt_peek(&seen, c.get(), sizeof seen);
    EXPECT_EQ(seen, 0);
    EXPECT_EQ(c.fetch()[0], 12);
    simt_fail_call_named("cublasGemmEx", 1, cudaErrorLaunchFailure);
    EXPECT_EQ(cublasSgemm(handle, CUBLAS_OP_N, CUBLAS_OP_N, 1, 1, 1, &one, a.get(), 1, b.get(), 1,
                          &zero, c.get(), 1),
              CUBLAS_STATUS_EXECUTION_FAILED);
    EXPECT_EQ(cublasDestroy(handle), CUBLAS_STATUS_SUCCESS);
}

TEST(Nvtx, CountsOpenRanges)
{
    const nvtxDomainHandle_t domain = nvtxDomainCreateA("test");
    nvtxEventAttributes_t attributes = {};
    attributes.version = NVTX_VERSION;
    attributes.size = NVTX_EVENT_ATTRIB_STRUCT_SIZE;
    attributes.messageType = NVTX_MESSAGE_TYPE_ASCII;
    attributes.message.ascii = "read";
    nvtxDomainRangePushEx(domain, &attributes);
    EXPECT_EQ(simt_nvtx_depth(), 1);
    nvtxDomainRangePop(domain);
    EXPECT_EQ(simt_nvtx_depth(), 0);
}
