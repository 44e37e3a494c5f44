/* dtype.c - the element types, from one table, and their names in files, from another. */
#include <string.h>

#include "formats/dtype_names.h"

typedef struct dtype_names {
    const char *npy;
    const char *safetensors;
    const char *numpy; /* how NumPy says it in full */
    const char *c;     /* how others do; or NULL */
} dtype_names;

static const dtype_names names[] = {
    [RS_DTYPE_F32] = {"<f4", "F32", "float32", "float"},
    [RS_DTYPE_F16] = {"<f2", "F16", "float16", "half"},
    [RS_DTYPE_BF16] = {"<V2", "BF16", "bfloat16", NULL},
    [RS_DTYPE_F64] = {"<f8", "F64", "float64", "double"},
    [RS_DTYPE_I8] = {"|i1", "I8", "int8", NULL},
    [RS_DTYPE_U8] = {"|u1", "U8", "uint8", NULL},
    [RS_DTYPE_I16] = {"<i2", "I16", "int16", NULL},
    [RS_DTYPE_U16] = {"<u2", "U16", "uint16", NULL},
    [RS_DTYPE_I32] = {"<i4", "I32", "int32", NULL},
    [RS_DTYPE_U32] = {"<u4", "U32", "uint32", NULL},
    [RS_DTYPE_I64] = {"<i8", "I64", "int64", NULL},
    [RS_DTYPE_U64] = {"<u8", "U64", "uint64", NULL},
};

enum { FIRST = RS_DTYPE_NONE + 1, COUNT = sizeof names / sizeof names[0] };

size_t rs_dtype_bytes(rs_dtype dtype)
{
    static const size_t bytes[] = {
#define DTYPE_BYTES(name, text, size, is_float) [RS_DTYPE_##name] = (size),
        RS_DTYPE_MAP(DTYPE_BYTES)
#undef DTYPE_BYTES
    };
    return (size_t)dtype < sizeof bytes / sizeof bytes[0] ? bytes[dtype] : 0;
}

const char *rs_dtype_name(rs_dtype dtype)
{
    switch (dtype) {
    case RS_DTYPE_NONE:
        break;
#define DTYPE_NAME(name, text, size, is_float) \
    case RS_DTYPE_##name:                      \
        return text;
        RS_DTYPE_MAP(DTYPE_NAME)
#undef DTYPE_NAME
    }
    return "none";
}

bool rs_dtype_is_float(rs_dtype dtype)
{
    static const bool floats[] = {
#define DTYPE_IS_FLOAT(name, text, size, is_float) [RS_DTYPE_##name] = (is_float),
        RS_DTYPE_MAP(DTYPE_IS_FLOAT)
#undef DTYPE_IS_FLOAT
    };
    return (size_t)dtype < sizeof floats / sizeof floats[0] && floats[dtype];
}

rs_dtype rs_dtype_parse(const char *text)
{
    for (int d = FIRST; text != NULL && d < COUNT; ++d) {
        if (strcmp(text, rs_dtype_name((rs_dtype)d)) == 0 || strcmp(text, names[d].numpy) == 0 ||
            (names[d].c != NULL && strcmp(text, names[d].c) == 0)) {
            return (rs_dtype)d;
        }
    }
    return RS_DTYPE_NONE;
}

const char *rs_dtype_npy(rs_dtype dtype)
{
    return names[dtype].npy;
}

const char *rs_dtype_safetensors(rs_dtype dtype)
{
    return names[dtype].safetensors;
}

bool rs_dtype_of_npy(const char *text, rs_dtype *dtype)
{
    for (int d = FIRST; d < COUNT; ++d) {
        const char *const after_order = names[d].npy + 1;
        const bool is_void = *after_order == 'V';
        if (strcmp(text, after_order) == 0) {
            *dtype = is_void ? RS_DTYPE_NONE : (rs_dtype)d;
            return true;
        }
        if (is_void && strcmp(text, names[d].numpy) == 0) {
            *dtype = (rs_dtype)d;
            return true;
        }
    }
    return false;
}

rs_dtype rs_dtype_of_safetensors(const char *text)
{
    for (int d = FIRST; d < COUNT; ++d) {
        if (strcmp(text, names[d].safetensors) == 0) {
            return (rs_dtype)d;
        }
    }
    return RS_DTYPE_NONE;
}
