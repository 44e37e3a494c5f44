/* vector_types.h - CUDA's short vectors and dim3, with CUDA's sizes and alignments. C11 and C++17.
 * */
#ifndef SIMT_VECTOR_TYPES_H
#define SIMT_VECTOR_TYPES_H

#define SIMT_ALIGNED(bytes) __attribute__((aligned(bytes)))

#ifdef __cplusplus
#define SIMT_MAKER(function, ...)                                                                  \
    inline constexpr function                                                                      \
    {                                                                                              \
        return {__VA_ARGS__};                                                                      \
    }
#else
#define SIMT_MAKER(function, ...)
#endif

/* Types of one element each: their 1, 2, 3 and 4 element vectors. */
#define SIMT_VECTORS(name, type, bytes2, bytes4)                                                   \
    struct name##1 {                                                                               \
        type x;                                                                                    \
    };                                                                                             \
    struct SIMT_ALIGNED(bytes2) name##2 {                                                          \
        type x, y;                                                                                 \
    };                                                                                             \
    struct name##3 {                                                                               \
        type x, y, z;                                                                              \
    };                                                                                             \
    struct SIMT_ALIGNED(bytes4) name##4 {                                                          \
        type x, y, z, w;                                                                           \
    };                                                                                             \
    typedef struct name##1 name##1;                                                                \
    typedef struct name##2 name##2;                                                                \
    typedef struct name##3 name##3;                                                                \
    typedef struct name##4 name##4;                                                                \
    SIMT_MAKER(name##1 make_##name##1(type x), x)                                                  \
    SIMT_MAKER(name##2 make_##name##2(type x, type y), x, y)                                       \
    SIMT_MAKER(name##3 make_##name##3(type x, type y, type z), x, y, z)                            \
    SIMT_MAKER(name##4 make_##name##4(type x, type y, type z, type w), x, y, z, w)

SIMT_VECTORS(char, signed char, 2, 4)
SIMT_VECTORS(uchar, unsigned char, 2, 4)
SIMT_VECTORS(short, short, 4, 8)
SIMT_VECTORS(ushort, unsigned short, 4, 8)
SIMT_VECTORS(int, int, 8, 16)
SIMT_VECTORS(uint, unsigned int, 8, 16)
SIMT_VECTORS(long, long, 16, 16)
SIMT_VECTORS(ulong, unsigned long, 16, 16)
SIMT_VECTORS(longlong, long long, 16, 16)
SIMT_VECTORS(ulonglong, unsigned long long, 16, 16)
SIMT_VECTORS(float, float, 8, 16)
SIMT_VECTORS(double, double, 16, 16)

#undef SIMT_VECTORS
#undef SIMT_MAKER

struct dim3 {
    unsigned int x, y, z;
#ifdef __cplusplus
    constexpr dim3(unsigned int x_ = 1, unsigned int y_ = 1, unsigned int z_ = 1)
        : x(x_), y(y_), z(z_)
    {
    }
    constexpr dim3(uint3 v) : x(v.x), y(v.y), z(v.z) {}
#endif
};
typedef struct dim3 dim3;

#endif
