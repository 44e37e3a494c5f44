/* intrinsics_test.cc - bit intrinsics, conversions, min and max, vector types, checked loads. */
#include "simt_test.h"

#include <cfenv>
#include <cmath>

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

TEST(Intrinsics, Bits)
{
    EXPECT_EQ(__popc(0xf0f0u), 8);
    EXPECT_EQ(__popcll(0xf0f0ull << 40), 8);
    EXPECT_EQ(__ffs(0), 0);
    EXPECT_EQ(__ffs(0x80), 8);
    EXPECT_EQ(__ffsll(1ll << 40), 41);
    EXPECT_EQ(__clz(0), 32);
    EXPECT_EQ(__clz(1), 31);
    EXPECT_EQ(__clz(-1), 0);
    EXPECT_EQ(__clzll(0), 64);
    EXPECT_EQ(__clzll(1), 63);
    EXPECT_EQ(__brev(1u), 0x80000000u);
    EXPECT_EQ(__brev(0x12345678u), 0x1e6a2c48u);
    EXPECT_EQ(__brevll(1ull), 1ull << 63);
    EXPECT_EQ(__funnelshift_l(0x89abcdefu, 0x01234567u, 8), 0x23456789u);
    EXPECT_EQ(__funnelshift_r(0x89abcdefu, 0x01234567u, 8), 0x6789abcdu);
    EXPECT_EQ(__funnelshift_l(1u, 2u, 32), 2u);
    EXPECT_EQ(__byte_perm(0x33221100u, 0x77665544u, 0x7520u), 0x77552200u);
    EXPECT_EQ(__byte_perm(0x80u, 0, 0x8888u), 0xffffffffu);
    EXPECT_EQ(__umulhi(0xffffffffu, 0xffffffffu), 0xfffffffeu);
    EXPECT_EQ(__mulhi(-1, 5), -1);
    EXPECT_EQ(__umul64hi(~0ull, 2ull), 1ull);
    EXPECT_EQ(__vcmpgtu2(0x00050002u, 0x00040002u), 0xffff0000u);
    EXPECT_EQ(__vcmpgeu2(0x00050002u, 0x00060002u), 0x0000ffffu);
    EXPECT_EQ(__vsetgtu2(0xffff0001u, 0x7fff0001u), 0x00010000u);
    EXPECT_EQ(__vadd2(0xffff0001u, 0x00010001u), 0x00000002u);
    EXPECT_EQ(__vmaxu2(0x8000ffffu, 0x7fff0000u), 0x8000ffffu);
    EXPECT_EQ(__vminu2(0x8000ffffu, 0x7fff0000u), 0x7fff0000u);
}

TEST(Intrinsics, Reinterpretation)
{
    EXPECT_EQ(__float_as_uint(1.0f), 0x3f800000u);
    EXPECT_EQ(__float_as_int(-0.0f), INT32_MIN);
    EXPECT_EQ(__uint_as_float(0x40000000u), 2.0f);
    EXPECT_EQ(__int_as_float(0x7f800000), INFINITY);
    EXPECT_EQ(__double_as_longlong(1.0), 0x3ff0000000000000ll);
    EXPECT_EQ(__longlong_as_double(0x4000000000000000ll), 2.0);
}

TEST(Intrinsics, ConversionsSaturateAsOnTheDevice)
{
    EXPECT_EQ(__float2int_rn(2.5f), 2);
    EXPECT_EQ(__float2int_rn(3.5f), 4);
    EXPECT_EQ(__float2int_rz(-2.9f), -2);
    EXPECT_EQ(__float2int_rd(-2.1f), -3);
    EXPECT_EQ(__float2int_ru(2.1f), 3);
    EXPECT_EQ(__float2int_rz(1e20f), INT32_MAX);
    EXPECT_EQ(__float2int_rz(-INFINITY), INT32_MIN);
    EXPECT_EQ(__float2int_rz(NAN), 0);
    EXPECT_EQ(__float2uint_rz(-5.0f), 0u);
    EXPECT_EQ(__float2uint_rz(1e20f), UINT32_MAX);
    EXPECT_EQ(__double2ll_rn(1.5), 2);
    EXPECT_EQ(__double2ll_rn(1e300), INT64_MAX);
    EXPECT_EQ(__double2ll_rn(static_cast<double>(NAN)), INT64_MIN);
    EXPECT_EQ(__saturatef(NAN), 0.0f);
    EXPECT_EQ(__saturatef(1.5f), 1.0f);
    EXPECT_EQ(__saturatef(0.25f), 0.25f);
}

TEST(Intrinsics, MinAndMaxOfMixedTypes)
{
    EXPECT_EQ(min(3, 4), 3);
    EXPECT_EQ(max(-3, 4), 4);
    EXPECT_EQ(max(-3, 4u), 0xfffffffdu); /* the unsigned type wins, as in CUDA */
    EXPECT_EQ(min(5ull, 7ull), 5ull);
    EXPECT_EQ(max(NAN, 1.0f), 1.0f);
    EXPECT_EQ(min(2.0, 1.0), 1.0);
}

TEST(Intrinsics, VectorTypesHaveCudasSizesAndAlignments)
{
    static_assert(sizeof(uint4) == 16 && alignof(uint4) == 16, "");
    static_assert(sizeof(float2) == 8 && alignof(float2) == 8, "");
    static_assert(sizeof(float3) == 12 && alignof(float3) == 4, "");
    static_assert(sizeof(ushort4) == 8 && alignof(ushort4) == 8, "");
    static_assert(sizeof(uchar4) == 4 && alignof(uchar4) == 4, "");
    static_assert(sizeof(double2) == 16 && alignof(double2) == 16, "");
    static_assert(sizeof(ulonglong2) == 16 && alignof(ulonglong2) == 16, "");
    EXPECT_EQ(make_uint4(1, 2, 3, 4).w, 4u);
    EXPECT_EQ(make_float2(1, 2).y, 2.0f);
    EXPECT_EQ(dim3(7).y, 1u);
}

__global__ void copy_vectors(const unsigned *from, unsigned *to, unsigned offset)
{
    const uint4 *const wide = reinterpret_cast<const uint4 *>(from + offset);
    const uint4 v = threadIdx.x % 2 ? __ldg(wide + threadIdx.x) : __ldcs(wide + threadIdx.x);
    __stcs(reinterpret_cast<uint4 *>(to) + threadIdx.x, v);
}

TEST_F(SimtTest, LoadsAndStoresWithHints)
{
    std::vector<unsigned> values(132);
    for (unsigned i = 0; i < values.size(); i++) {
        values[i] = i * i;
    }
    OnDevice<unsigned> from(values), to(128);
    ASSERT_CUDA(RS_LAUNCH(copy_vectors, 1, 32, 0, nullptr, from.get(), to.get(), 4u));
    EXPECT_EQ(to.fetch(), std::vector<unsigned>(values.begin() + 4, values.end()));
    const std::string caught = failure_of(copy_vectors, 1, 32, 0, from.get(), to.get(), 1u);
    EXPECT_NE(caught.find("of 16 bytes at 0x"), std::string::npos) << caught;
    EXPECT_NE(caught.find("which is 4 bytes off its alignment"), std::string::npos) << caught;
}

__global__ void float_functions(float *out)
{
    out[0] =
        exp2f(3.0f) + log2f(8.0f) + fmaf(2.0f, 3.0f, 4.0f) + rsqrtf(4.0f) + __fdividef(1.0f, 4.0f);
    out[1] = isnan(out[0]) || isinf(out[0]) ? 1.0f : 0.0f;
    out[2] =
        __expf(0.0f) + __logf(1.0f) + __powf(2.0f, 5.0f) + __frcp_rn(0.5f) + __fadd_rn(1.0f, 2.0f);
}

TEST_F(SimtTest, FloatFunctions)
{
    OnDevice<float> out(3);
    ASSERT_CUDA(RS_LAUNCH(float_functions, 1, 1, 0, nullptr, out.get()));
    EXPECT_EQ(out.fetch(), (std::vector<float>{8 + 3 + 10 + 0.5f + 0.25f, 0, 1 + 0 + 32 + 2 + 3}));
}

__global__ void third_and_denormal(const float *in, double *out)
{
    out[0] = in[0] / in[1];
    out[1] = in[2];
}

/* Neither how the host rounds nor that it takes denormals for zero is the device's business. */
TEST(Intrinsics, ArithmeticIsNotTheCallers)
{
    const OnDevice<float> in({1.0f, 3.0f, 1e-40f});
    const OnDevice<double> out(2);
    const std::vector<double> expected = {1.0f / 3.0f, 1e-40f};
#if defined(__SSE__)
    const unsigned before = _mm_getcsr();
    _mm_setcsr(before | 0x8040u);
#endif
    const int rounding = std::fegetround();
    (void)std::fesetround(FE_DOWNWARD);
    const float *const given = in.get();
    EXPECT_CUDA(simt::launch("third", third_and_denormal, 1, 1, 0, nullptr, given, out.get()));
    EXPECT_CUDA(cudaDeviceSynchronize());
    const int after = std::fegetround();
    (void)std::fesetround(rounding);
#if defined(__SSE__)
    EXPECT_EQ(_mm_getcsr() & 0x8040u, 0x8040u);
    _mm_setcsr(before);
#endif
    EXPECT_EQ(after, FE_DOWNWARD);
    EXPECT_EQ(out.fetch(), expected);
}
