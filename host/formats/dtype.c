/* dtype.c - the element types, from one table. */
#include <string.h>

#include "reassess/logits.h"

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
    return dtype == RS_DTYPE_F32 || dtype == RS_DTYPE_F16 || dtype == RS_DTYPE_BF16 ||
           dtype == RS_DTYPE_F64;
}

rs_dtype rs_dtype_parse(const char *text)
{
    static const struct {
        const char *text;
        rs_dtype dtype;
    } names[] = {
#define DTYPE_TEXT(name, text, size, is_float) {text, RS_DTYPE_##name},
        RS_DTYPE_MAP(DTYPE_TEXT)
#undef DTYPE_TEXT
        {"float32", RS_DTYPE_F32}, {"float", RS_DTYPE_F32},       {"float16", RS_DTYPE_F16},
        {"half", RS_DTYPE_F16},    {"bfloat16", RS_DTYPE_BF16},   {"float64", RS_DTYPE_F64},
        {"double", RS_DTYPE_F64},  {"int8", RS_DTYPE_I8},         {"uint8", RS_DTYPE_U8},
        {"int16", RS_DTYPE_I16},   {"uint16", RS_DTYPE_U16},      {"int32", RS_DTYPE_I32},
        {"uint32", RS_DTYPE_U32},  {"int64", RS_DTYPE_I64},       {"uint64", RS_DTYPE_U64},
    };
    for (size_t i = 0; text != NULL && i < sizeof names / sizeof names[0]; ++i) {
        if (strcmp(text, names[i].text) == 0) {
            return names[i].dtype;
        }
    }
    return RS_DTYPE_NONE;
}
