/* array_element.c - single elements of an array stream: numbers as double, texts as UTF-8. */
#include <string.h>

#include "base/half.h"
#include "base/utf8.h"
#include "formats/array_stream.h"

bool rs_element_is_number(rs_element_kind kind)
{
    return kind != RS_ELEMENT_UTF32 && kind != RS_ELEMENT_BYTES;
}

static double float_number(size_t bytes, const void *at)
{
    if (bytes == 8) {
        double value;
        memcpy(&value, at, sizeof value);
        return value;
    }
    if (bytes == 4) {
        float value;
        memcpy(&value, at, sizeof value);
        return (double)value;
    }
    uint16_t half;
    memcpy(&half, at, sizeof half);
    return (double)rs_f16_to_f32(half);
}

/* The machines of this project are little-endian, and so are streams once they are read. */
static uint64_t unsigned_bits(size_t bytes, const void *at)
{
    uint64_t bits = 0;
    memcpy(&bits, at, bytes);
    return bits;
}

int64_t rs_element_integer(const rs_array_stream_info *info, const void *at)
{
    const uint64_t bits = unsigned_bits(info->element_bytes, at);
    if (info->kind != RS_ELEMENT_SIGNED) {
        return (int64_t)bits;
    }
    const unsigned unused = 64u - 8u * (unsigned)info->element_bytes;
    return (int64_t)(bits << unused) >> unused;
}

double rs_element_number(const rs_array_stream_info *info, const void *at)
{
    if (info->kind == RS_ELEMENT_FLOAT) {
        return float_number(info->element_bytes, at);
    }
    const int64_t bits = rs_element_integer(info, at);
    return info->kind == RS_ELEMENT_SIGNED ? (double)bits : (double)(uint64_t)bits;
}

size_t rs_element_text_bytes(const rs_array_stream_info *info)
{
    return info->element_bytes + 1; /* a code point takes four bytes in either form at most */
}

static size_t put_utf8(uint32_t point, char *out)
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    const size_t size = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = size - 1; i > 0; --i) {
        out[i] = (char)(0x80 | (point & 0x3f));
        point >>= 6;
    }
    out[0] = (char)(lead[size] | point);
    return size;
}

static bool utf32_text(const uint8_t *at, size_t points, char *out, size_t *length)
{
    size_t used = 0;
    size_t i = 0;
    for (; i < points; ++i) {
        uint32_t point;
        memcpy(&point, at + 4 * i, sizeof point);
        if (point == 0) {
            break;
        }
        if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) {
            return false;
        }
        used += put_utf8(point, out + used);
    }
    for (; i < points; ++i) { /* padding */
        uint32_t point;
        memcpy(&point, at + 4 * i, sizeof point);
        if (point != 0) {
            return false;
        }
    }
    out[used] = '\0';
    *length = used;
    return true;
}

bool rs_element_text(const rs_array_stream_info *info, const void *at, char *out, size_t *length)
{
    if (info->kind == RS_ELEMENT_UTF32) {
        return utf32_text(at, info->element_bytes / 4, out, length);
    }
    size_t bad_at = 0;
    *length = strnlen(at, info->element_bytes);
    for (size_t i = *length; i < info->element_bytes; ++i) {
        if (((const uint8_t *)at)[i] != 0) {
            return false;
        }
    }
    memcpy(out, at, *length);
    out[*length] = '\0';
    return rs_utf8_is_valid(at, *length, &bad_at);
}
