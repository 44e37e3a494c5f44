/* wordnet.c - a parser for data.noun (wndb(5WN)).
 *
 * Lines that start with blanks are the licence. Of a synset the offset, the words, the pointers @
 * (hypernym) and @i (instance hypernym) and the gloss are looked at:
 *
 *     00015388 05 n 06 animal 0 ... 057 @ 00004475 n 0000 ~ ... | a living organism ...
 *
 * That the stated offset is the line's own is checked for every synset: a file whose line ends were
 * converted would otherwise answer nonsense.
 */
#include "labels/wordnet.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/file_read.h"

#define WORDNET_BYTES_MAX (UINT64_C(99999999))

static const char debian_path[] = "/usr/share/wordnet/data.noun";
static const char *const form_advice =
    "data.noun of WordNet 3.0 is needed, unchanged (Debian: apt install wordnet-base)";

struct rs_wordnet {
    char *file;
    char *text; /* of the whole file */
    size_t text_bytes;
    uint32_t count;
    uint32_t *offset;         /* [count] ascending */
    uint32_t *hypernym_begin; /* [count + 1] */
    uint32_t *hypernym;       /* synset numbers */
};

const char *rs_wordnet_path(const rs_wordnet *wordnet)
{
    return wordnet->file;
}

uint32_t rs_wordnet_count(const rs_wordnet *wordnet)
{
    return wordnet->count;
}

const uint32_t *rs_wordnet_hypernyms(const rs_wordnet *wordnet, uint32_t synset, uint32_t *count)
{
    *count = wordnet->hypernym_begin[synset + 1] - wordnet->hypernym_begin[synset];
    return wordnet->hypernym + wordnet->hypernym_begin[synset];
}

static int64_t find_offset(const rs_wordnet *wordnet, uint32_t offset)
{
    uint32_t low = 0;
    uint32_t high = wordnet->count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (wordnet->offset[middle] == offset) {
            return middle;
        }
        if (wordnet->offset[middle] < offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return -1;
}

int64_t rs_wordnet_find(const rs_wordnet *wordnet, const char *id)
{
    return rs_is_synset_id(id) ? find_offset(wordnet, (uint32_t)strtoul(id + 1, NULL, 10)) : -1;
}

/* ---- lines ---- */

typedef struct scanner {
    const char *at;
    const char *end; /* of the line */
} scanner;

/* The next field; false at the end of the line. */
static bool take_field(scanner *scan, rs_span *field)
{
    while (scan->at < scan->end && *scan->at == ' ') {
        ++scan->at;
    }
    const char *const begin = scan->at;
    while (scan->at < scan->end && *scan->at != ' ') {
        ++scan->at;
    }
    *field = (rs_span){begin, (size_t)(scan->at - begin)};
    return field->length > 0;
}

static bool take_number(scanner *scan, unsigned base, size_t digits, uint32_t *value)
{
    rs_span field;
    *value = 0;
    if (!take_field(scan, &field) || field.length != digits) {
        return false;
    }
    for (size_t i = 0; i < digits; ++i) {
        const char c = field.text[i];
        const unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                               : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                                                      : base;
        if (digit >= base) {
            return false;
        }
        *value = *value * base + digit;
    }
    return true;
}

static scanner line_at(const rs_wordnet *wordnet, uint32_t offset)
{
    const char *const begin = wordnet->text + offset;
    return (scanner){begin, begin + strcspn(begin, "\n")};
}

static bool is_synset_line(const char *line)
{
    return *line >= '0' && *line <= '9';
}

/* Up to the pointers; *first_word is the first of the words. */
static bool skip_words(scanner *scan, uint32_t *offset, rs_span *first_word)
{
    uint32_t words = 0;
    uint32_t ignored = 0;
    rs_span field;
    if (!take_number(scan, 10, RS_SYNSET_DIGITS, offset) || !take_number(scan, 10, 2, &ignored) ||
        !take_field(scan, &field) || field.length != 1 || field.text[0] != 'n' ||
        !take_number(scan, 16, 2, &words) || words == 0) {
        return false;
    }
    for (uint32_t i = 0; i < words; ++i) {
        if (!take_field(scan, &field)) {
            return false;
        }
        *first_word = i == 0 ? field : *first_word;
        if (!take_field(scan, &field)) { /* the number that tells senses apart */
            return false;
        }
    }
    return true;
}

static bool is_hypernym(rs_span symbol)
{
    return rs_span_equal(symbol, "@") || rs_span_equal(symbol, "@i");
}

/* Calls for each hypernym: stores its offset at *to if that is not NULL. *count counts them. */
static bool take_pointers(scanner *scan, uint32_t *to, uint32_t *count)
{
    uint32_t pointers = 0;
    *count = 0;
    if (!take_number(scan, 10, 3, &pointers)) {
        return false;
    }
    for (uint32_t i = 0; i < pointers; ++i) {
        rs_span symbol;
        rs_span kind;
        rs_span ends;
        uint32_t target = 0;
        if (!take_field(scan, &symbol) || !take_number(scan, 10, RS_SYNSET_DIGITS, &target) ||
            !take_field(scan, &kind) || !take_field(scan, &ends)) {
            return false;
        }
        if (is_hypernym(symbol)) {
            if (to != NULL) {
                to[*count] = target;
            }
            ++*count;
        }
    }
    rs_span bar;
    return take_field(scan, &bar) && rs_span_equal(bar, "|");
}

/* ---- the file ---- */

static rs_status fail_line(const rs_wordnet *wordnet, const char *line, const char *what,
                           rs_error *error)
{
    return rs_fail(error, RS_FORMAT, wordnet->file, rs_at_byte((uint64_t)(line - wordnet->text)),
                   form_advice, "%s", what);
}

/* Counts synsets and hypernyms; with the arrays there, fills them (hypernyms as offsets). */
static rs_status scan_file(rs_wordnet *wordnet, bool fill, uint32_t *synsets, uint32_t *hypernyms,
                           rs_error *error)
{
    *synsets = 0;
    *hypernyms = 0;
    const char *const end = wordnet->text + wordnet->text_bytes;
    for (const char *line = wordnet->text; line < end; line += strcspn(line, "\n") + 1) {
        uint32_t offset = 0;
        uint32_t count = 0;
        rs_span word;
        if (!is_synset_line(line)) {
            continue;
        }
        scanner scan = {line, line + strcspn(line, "\n")};
        if (!skip_words(&scan, &offset, &word) ||
            !take_pointers(&scan, fill ? wordnet->hypernym + *hypernyms : NULL, &count)) {
            return fail_line(wordnet, line, "this is no line of WordNet's data.noun", error);
        }
        if (offset != (uint64_t)(line - wordnet->text)) {
            return fail_line(wordnet, line, "the line does not start at the byte it states", error);
        }
        if (fill) {
            wordnet->offset[*synsets] = offset;
            wordnet->hypernym_begin[*synsets + 1] = *hypernyms + count;
        }
        ++*synsets;
        *hypernyms += count;
    }
    return RS_OK;
}

static rs_status resolve(rs_wordnet *wordnet, rs_error *error)
{
    for (uint32_t s = 0; s < wordnet->count; ++s) {
        for (uint32_t i = wordnet->hypernym_begin[s]; i < wordnet->hypernym_begin[s + 1]; ++i) {
            const int64_t at = find_offset(wordnet, wordnet->hypernym[i]);
            if (at < 0) {
                return fail_line(wordnet, wordnet->text + wordnet->offset[s],
                                 "a hypernym of this synset is not in the file", error);
            }
            wordnet->hypernym[i] = (uint32_t)at;
        }
    }
    return RS_OK;
}

static rs_status index_file(rs_wordnet *wordnet, rs_error *error)
{
    uint32_t synsets = 0;
    uint32_t hypernyms = 0;
    if (memchr(wordnet->text, 0, wordnet->text_bytes) != NULL) {
        return fail_line(wordnet, wordnet->text, "this is not a text file", error);
    }
    RS_TRY(scan_file(wordnet, false, &synsets, &hypernyms, error));
    if (synsets == 0) {
        return fail_line(wordnet, wordnet->text, "there is no synset in the file", error);
    }
    RS_TRY(RS_NEW(&wordnet->offset, synsets, "WordNet", error));
    RS_TRY(RS_NEW(&wordnet->hypernym_begin, (uint64_t)synsets + 1, "WordNet", error));
    RS_TRY(RS_NEW(&wordnet->hypernym, hypernyms, "WordNet", error));
    wordnet->count = synsets;
    RS_TRY(scan_file(wordnet, true, &synsets, &hypernyms, error));
    return resolve(wordnet, error);
}

rs_status rs_wordnet_parse(const char *file, const uint8_t *data, size_t size,
                           rs_wordnet **wordnet, rs_error *error)
{
    *wordnet = NULL;
    if (size > WORDNET_BYTES_MAX) { /* an offset has eight digits */
        return rs_fail(error, RS_RANGE, file, rs_nowhere(), form_advice, "the file is too long");
    }
    rs_wordnet *made = NULL;
    RS_TRY(RS_NEW(&made, 1, "WordNet", error));
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_copy_text(&made->file, file, error));
    RS_TRY_DONE(RS_NEW(&made->text, (uint64_t)size + 1, "WordNet", error));
    made->text_bytes = size;
    memcpy(made->text, data, size);
    RS_TRY_DONE(index_file(made, error));
    *wordnet = made;
    return RS_OK;
done:
    rs_wordnet_free(made);
    return status;
}

/* FOLDER/data.noun where the path is that of a folder. */
static rs_status read_file(const char *path, rs_wordnet **wordnet, rs_error *error)
{
    struct stat info;
    char *inside = NULL;
    rs_file_bytes bytes = {0};
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
        if (asprintf(&inside, "%s/data.noun", path) < 0) {
            return rs_fail_memory(error, strlen(path), "a path");
        }
        path = inside;
    }
    rs_status status = rs_file_read(path, WORDNET_BYTES_MAX, &bytes, error);
    if (status == RS_OK) {
        status = rs_wordnet_parse(path, bytes.data, bytes.size, wordnet, error);
    } else if (status == RS_IO && error != NULL) {
        (void)snprintf(
            error->advice, sizeof error->advice,
            "install WordNet 3.0 (Debian: apt install wordnet-base), or name its data.noun "
            "in REASSESS_WORDNET");
    }
    rs_file_bytes_free(&bytes);
    free(inside);
    return status;
}

rs_status rs_wordnet_load(const char *path, rs_wordnet **wordnet, rs_error *error)
{
    *wordnet = NULL;
    if (path == NULL) {
        path = getenv("REASSESS_WORDNET");
    }
    return read_file(path == NULL || *path == '\0' ? debian_path : path, wordnet, error);
}

void rs_wordnet_free(rs_wordnet *wordnet)
{
    if (wordnet == NULL) {
        return;
    }
    free(wordnet->file);
    free(wordnet->text);
    free(wordnet->offset);
    free(wordnet->hypernym_begin);
    free(wordnet->hypernym);
    free(wordnet);
}

/* ---- words ---- */

static const char *copy_cut(rs_span text, bool underscores, char *out, size_t out_bytes)
{
    const size_t length = text.length < out_bytes - 1 ? text.length : out_bytes - 1;
    for (size_t i = 0; i < length; ++i) {
        out[i] = underscores && text.text[i] == '_' ? ' ' : text.text[i];
    }
    out[length] = '\0';
    return out;
}

const char *rs_wordnet_word(const rs_wordnet *wordnet, uint32_t synset, char *out,
                            size_t out_bytes)
{
    uint32_t offset = 0;
    rs_span word = {"", 0};
    scanner scan = line_at(wordnet, wordnet->offset[synset]);
    (void)skip_words(&scan, &offset, &word);
    return copy_cut(word, true, out, out_bytes);
}

const char *rs_wordnet_gloss(const rs_wordnet *wordnet, uint32_t synset, char *out,
                             size_t out_bytes)
{
    uint32_t offset = 0;
    uint32_t count = 0;
    rs_span word;
    scanner scan = line_at(wordnet, wordnet->offset[synset]);
    (void)(skip_words(&scan, &offset, &word) && take_pointers(&scan, NULL, &count));
    while (scan.at < scan.end && *scan.at == ' ') {
        ++scan.at;
    }
    while (scan.end > scan.at && scan.end[-1] == ' ') {
        --scan.end;
    }
    return copy_cut((rs_span){scan.at, (size_t)(scan.end - scan.at)}, false, out, out_bytes);
}
