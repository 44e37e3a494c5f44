/* json_scan.c - tokens of JSON. */
#include "labels/json_scan.h"

#include "base/error.h"
#include "base/utf8.h"

enum { DEPTH_MAX = 64 };

void rs_json_scan_begin(const char *file, const uint8_t *data, size_t size, const char *advice,
                        rs_json_scan *scan, rs_error *error)
{
    static const uint8_t nothing[1] = {0};
    const uint8_t *const text = data != NULL ? data : nothing;
    const uint8_t *const end = text + (data != NULL ? size : 0);
    *scan = (rs_json_scan){
        .file = file,
        .data = text,
        .at = rs_after_bom(text, end),
        .end = end,
        .counted = text,
        .line = 1,
        .advice = advice,
        .error = error,
    };
}

int rs_json_scan_peek(rs_json_scan *scan)
{
    const uint8_t *at = scan->at;
    while (at < scan->end && (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r')) {
        ++at;
    }
    scan->at = at;
    return at < scan->end ? *at : 0;
}

rs_place rs_json_scan_place(const rs_json_scan *scan)
{
    return rs_at_byte((uint64_t)(scan->at - scan->data));
}

uint64_t rs_json_scan_line(rs_json_scan *scan)
{
    for (; scan->counted < scan->at; ++scan->counted) {
        scan->line += *scan->counted == '\n';
    }
    return scan->line;
}

static rs_status fail_unexpected(const rs_json_scan *scan, const char *expected)
{
    if (scan->at == scan->end) {
        return rs_fail(scan->error, RS_FORMAT, scan->file, rs_json_scan_place(scan),
                       "the file is truncated; fetch or copy it again",
                       "the file ends where %s is expected", expected);
    }
    return rs_fail(scan->error, RS_FORMAT, scan->file, rs_json_scan_place(scan), scan->advice,
                   "%s is expected here, not %s", expected, RS_SHOW_BYTES(scan->at, 1));
}

/* The byte that must come next, as '['. */
static rs_status take(rs_json_scan *scan, char byte)
{
    if (rs_json_scan_peek(scan) != byte || scan->at == scan->end) {
        const char expected[] = {'\'', byte, '\'', '\0'};
        return fail_unexpected(scan, expected);
    }
    ++scan->at;
    return RS_OK;
}

rs_status rs_json_scan_open(rs_json_scan *scan, char byte, bool *more)
{
    const char close = byte == '[' ? ']' : '}';
    *more = false;
    RS_TRY(take(scan, byte));
    *more = rs_json_scan_peek(scan) != close;
    return *more ? RS_OK : take(scan, close);
}

rs_status rs_json_scan_more(rs_json_scan *scan, char close, bool *more)
{
    const int next = rs_json_scan_peek(scan);
    *more = next == ',';
    if (!*more && next != close) {
        const char expected[] = {'\'', ',', '\'', ' ', 'o', 'r', ' ', '\'', close, '\'', '\0'};
        return fail_unexpected(scan, expected);
    }
    ++scan->at;
    return RS_OK;
}

/* Skips the text that begins at the quote at `at`; *escaped: it holds a backslash. */
static rs_status pass_text(rs_json_scan *scan, bool *escaped)
{
    const uint8_t *const begin = scan->at;
    *escaped = false;
    for (++scan->at; scan->at < scan->end && *scan->at != '"'; ++scan->at) {
        if (*scan->at < 0x20) {
            break;
        }
        if (*scan->at == '\\') {
            *escaped = true;
            ++scan->at;
            if (scan->at == scan->end) {
                break;
            }
        }
    }
    if (scan->at >= scan->end || *scan->at != '"') {
        scan->at = begin;
        return rs_fail(scan->error, RS_FORMAT, scan->file, rs_json_scan_place(scan),
                       "the file is truncated or no JSON; write it again",
                       "a text begins here and does not end on its line");
    }
    ++scan->at;
    return RS_OK;
}

rs_status rs_json_scan_text(rs_json_scan *scan, rs_span *text)
{
    bool escaped = false;
    if (rs_json_scan_peek(scan) != '"') {
        return fail_unexpected(scan, "a text in quotes");
    }
    const uint8_t *const begin = scan->at;
    RS_TRY(pass_text(scan, &escaped));
    *text = (rs_span){(const char *)begin + 1, (size_t)(scan->at - begin) - 2};
    if (escaped) {
        scan->at = begin;
        return rs_fail(scan->error, RS_UNSUPPORTED, scan->file, rs_json_scan_place(scan),
                       "write names as they are, which is json.dump without ensure_ascii",
                       "the name %s holds an escape", RS_SHOW_SPAN(*text));
    }
    return RS_OK;
}

rs_status rs_json_scan_name(rs_json_scan *scan, rs_span *name)
{
    RS_TRY(rs_json_scan_text(scan, name));
    return take(scan, ':');
}

static bool is_bare(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z') || byte == '-' || byte == '+' || byte == '.';
}

rs_status rs_json_scan_scalar(rs_json_scan *scan, rs_span *scalar)
{
    if (rs_json_scan_peek(scan) == '"') {
        return rs_json_scan_text(scan, scalar);
    }
    const uint8_t *at = scan->at;
    while (at < scan->end && is_bare(*at)) {
        ++at;
    }
    if (at == scan->at) {
        return fail_unexpected(scan, "a class");
    }
    *scalar = (rs_span){(const char *)scan->at, (size_t)(at - scan->at)};
    scan->at = at;
    return RS_OK;
}

/* Brackets need only balance: what is skipped is not used. */
rs_status rs_json_scan_skip(rs_json_scan *scan)
{
    unsigned depth = 0;
    do {
        const int next = rs_json_scan_peek(scan);
        bool escaped = false;
        rs_span bare;
        if (next == '"') {
            RS_TRY(pass_text(scan, &escaped));
        } else if (next == '[' || next == '{') {
            ++depth;
            ++scan->at;
        } else if (depth > 0 && (next == ']' || next == '}')) {
            --depth;
            ++scan->at;
        } else if (depth > 0 && (next == ',' || next == ':')) {
            ++scan->at;
        } else if (depth > 0 && scan->at == scan->end) {
            return fail_unexpected(scan, "']' or '}'");
        } else {
            RS_TRY(rs_json_scan_scalar(scan, &bare));
        }
        if (depth > DEPTH_MAX) {
            return rs_fail(scan->error, RS_FORMAT, scan->file, rs_json_scan_place(scan),
                           scan->advice, "nested too deep");
        }
    } while (depth > 0);
    return RS_OK;
}

rs_status rs_json_scan_end(rs_json_scan *scan)
{
    if (rs_json_scan_peek(scan) != 0 || scan->at < scan->end) {
        return rs_fail(scan->error, RS_FORMAT, scan->file, rs_json_scan_place(scan), scan->advice,
                       "something follows the end of the JSON value");
    }
    return RS_OK;
}
