/* set_table.c - tables of images and labels. */
#include "labels/set_table.h"

#include <string.h>

#include "base/error.h"
#include "labels/table_cells.h"

enum { CELLS_MAX = 64, WORD_BYTES = 32 };

static const char *const form_advice =
    "write a header line and a line an image: \"image,labels\", the image's file name and its "
    "classes, several in quotes";

typedef struct table {
    const rs_set_context *context;
    rs_lines lines;
    char separator; /* '\0': one column */
    bool header;
    size_t cells;   /* of the first line */
    size_t image;   /* which column names the image; `cells`: none */
    size_t labels;  /* which column holds the labels */
    rs_set_list list;
} table;

/* ---- the header ---- */

static const char *const image_words[] = {"id",       "image", "imageid", "imagename", "img",
                                          "file",     "filename", "path", "name",      "index",
                                          "imagepath", "row", NULL};
static const char *const real_words[] = {"real",    "reallabels", "labels",     "multilabels",
                                         "classes", "labelset",   "correct",    "predictionstring",
                                         "targets", "wnids",      "synsets",    "label",
                                         "class",   "wnid",       "synset",     NULL};
static const char *const original_words[] = {
    "original",   "originallabel", "label",  "class",  "target",           "classid",
    "classindex", "classidx",      "wnid",   "synset", "predictionstring", "groundtruth",
    "labelindex", "y",             "labels", NULL};

/* Columns of other names: "proposed_labels" holds sets, "given_original_label" does not. */
static const char *const label_ends[] = {"label",   "labels", "class", "classes", "synset",
                                         "synsets", "wnid",   "wnids", NULL};
static const char *const original_begins[] = {"original", "given",    "old",
                                              "noisy",    "imagenet", NULL};
/* Of a model's, then groups, then counts. */
static const char *const other_begins[] = {"pred",   "model", "guess",  "ourguess", "super",
                                           "coarse", "num",   "count",  "nlabel",   "nclass",
                                           "nsynset", "nwnid", "has",   "is",       NULL};

/* In small letters, without what is no letter: "real_labels" is "reallabels". */
static void word_of(rs_span cell, char out[WORD_BYTES])
{
    size_t used = 0;
    for (size_t i = 0; i < cell.length && used + 1 < WORD_BYTES; ++i) {
        const char c = cell.text[i];
        if (c >= 'A' && c <= 'Z') {
            out[used++] = (char)(c - 'A' + 'a');
        } else if (c != '_' && c != '-' && c != ' ') {
            out[used++] = c;
        }
    }
    out[used] = '\0';
}

static bool is_one_of(const char *word, const char *const *words)
{
    while (*words != NULL && strcmp(word, *words) != 0) {
        ++words;
    }
    return *words != NULL;
}

/* Every cell is a word, and one at least a word of ours. */
static bool is_header(const rs_span *cell, size_t count)
{
    bool known = false;
    for (size_t i = 0; i < count; ++i) {
        char word[WORD_BYTES];
        int32_t number = 0;
        word_of(cell[i], word);
        if (rs_span_integer(cell[i], &number) || rs_ilsvrc_number(rs_base_name(cell[i])) != 0) {
            return false;
        }
        known = known || is_one_of(word, image_words) || is_one_of(word, real_words) ||
                is_one_of(word, original_words);
    }
    return known;
}

/* Blanks separate nothing but a header of several words, as over "file label" lines. */
static char separator_of_first(rs_span line)
{
    rs_span cell[CELLS_MAX];
    const char separator = rs_cells_separator(line);
    if (separator != '\0') {
        return separator;
    }
    const size_t count = rs_cells_split(line, ' ', cell, CELLS_MAX);
    return count > 1 && count <= CELLS_MAX && is_header(cell, count) ? ' ' : '\0';
}

bool rs_set_table_has_header(const uint8_t *data, size_t size)
{
    rs_lines lines;
    rs_line line;
    rs_span cell[CELLS_MAX];
    bool more = false;
    if (rs_lines_open("", data, size, &lines, NULL) != RS_OK ||
        rs_lines_next(&lines, &line, &more, NULL) != RS_OK || !more) {
        return false;
    }
    const size_t count = rs_cells_split(line.text, separator_of_first(line.text), cell, CELLS_MAX);
    return count <= CELLS_MAX && is_header(cell, count);
}

/* The first column with the first of these words that there is; `count`: none. */
static size_t find_word(const rs_span *cell, size_t count, const char *const *words)
{
    for (; *words != NULL; ++words) {
        for (size_t i = 0; i < count; ++i) {
            char word[WORD_BYTES];
            word_of(cell[i], word);
            if (strcmp(word, *words) == 0) {
                return i;
            }
        }
    }
    return count;
}

static bool begins_with_one_of(const char *word, const char *const *begins)
{
    while (*begins != NULL && strncmp(word, *begins, strlen(*begins)) != 0) {
        ++begins;
    }
    return *begins != NULL;
}

static bool ends_with_one_of(const char *word, const char *const *ends)
{
    const size_t length = strlen(word);
    for (; *ends != NULL; ++ends) {
        const size_t bytes = strlen(*ends);
        if (length >= bytes && strcmp(word + length - bytes, *ends) == 0) {
            return true;
        }
    }
    return false;
}

/* The only column whose name says that it holds labels, of sets or original ones, and not those of
 * a model, groups of classes or how many labels there are; `count`: there is none, or more. */
static size_t find_kind(const rs_span *cell, size_t count, bool real)
{
    size_t found = count;
    for (size_t i = 0; i < count; ++i) {
        char word[WORD_BYTES];
        word_of(cell[i], word);
        if (ends_with_one_of(word, label_ends) && !begins_with_one_of(word, other_begins) &&
            begins_with_one_of(word, original_begins) != real) {
            if (found < count) {
                return count;
            }
            found = i;
        }
    }
    return found;
}

/* Which columns are what. */
static rs_status take_header(table *t, const rs_line *line, const rs_span *cell)
{
    const bool real = t->context->purpose == RS_SETS_REAL;
    t->image = find_word(cell, t->cells, image_words);
    t->labels = find_word(cell, t->cells, real ? real_words : original_words);
    if (t->labels == t->cells) {
        t->labels = find_kind(cell, t->cells, real);
    }
    if (t->labels == t->cells && t->cells == 2 && t->image < 2) {
        t->labels = 1 - t->image; /* whatever it is called */
    }
    if (t->labels == t->cells) {
        return rs_fail(t->context->error, RS_FORMAT, t->context->file, rs_at_line(line->number),
                       real ? "call the column of the label sets \"real\""
                            : "call the column of the labels \"original\"",
                       "no column of the header is known to hold labels: %s",
                       RS_SHOW_SPAN(line->text));
    }
    return RS_OK;
}

/* Without a header: a name, and the labels last. */
static rs_status take_first(table *t, const rs_line *line, const rs_span *cell)
{
    int32_t number = 0;
    t->labels = t->cells - 1;
    t->image = t->cells == 1 ? 1 : 0;
    if (t->cells == 1 || !rs_span_integer(cell[0], &number)) {
        return RS_OK;
    }
    return rs_fail(t->context->error, RS_FORMAT, t->context->file, rs_at_line(line->number),
                   form_advice, "whether the first number is an image or a label is not said: %s",
                   RS_SHOW_SPAN(line->text));
}

/* ---- cells ---- */

/* What lists are written with; anything else is of a label, or shows that it is none. */
static bool is_label_byte(char c)
{
    return c == '\0' || strchr(" \t,;|[](){}'\"", c) == NULL;
}

/* The next word of a cell; false: there is no other. */
static bool next_word(rs_span *cell, rs_span *word)
{
    while (cell->length > 0 && !is_label_byte(cell->text[0])) {
        ++cell->text;
        --cell->length;
    }
    *word = (rs_span){cell->text, 0};
    while (cell->length > 0 && is_label_byte(cell->text[0])) {
        ++cell->text;
        --cell->length;
        ++word->length;
    }
    return word->length > 0;
}

static bool is_none(rs_span word)
{
    return rs_span_equal(word, "nan") || rs_span_equal(word, "NaN") ||
           rs_span_equal(word, "None") || rs_span_equal(word, "null");
}

/* A synset id and four whole numbers, over and over. */
static bool are_boxes(rs_span cell)
{
    rs_span word;
    int32_t number = 0;
    size_t count = 0;
    for (; next_word(&cell, &word); ++count) {
        if (rs_span_integer(word, &number) == (count % 5 == 0)) {
            return false;
        }
    }
    return count > 0 && count % 5 == 0;
}

static rs_status read_labels(table *t, rs_span cell, rs_place place)
{
    const bool boxes = are_boxes(cell);
    rs_span word;
    for (size_t i = 0; next_word(&cell, &word); ++i) {
        if ((boxes && i % 5 != 0) || is_none(word)) {
            continue;
        }
        RS_TRY(rs_set_list_label(&t->list, word, place));
    }
    return rs_set_list_close_image(&t->list, place, boxes);
}

static rs_status read_line(table *t, const rs_line *line, const rs_span *cell)
{
    const rs_place place = rs_at_line(line->number);
    RS_TRY(t->image < t->cells ? rs_set_list_image(&t->list, cell[t->image], place, line->number)
                               : rs_set_list_next(&t->list, line->number));
    return read_labels(t, cell[t->labels], place);
}

/* ---- the whole ---- */

bool rs_set_table_is_one(const rs_class_list *ids, const uint8_t *data, size_t size)
{
    rs_lines lines;
    rs_line line;
    rs_span word;
    bool more = false;
    int32_t number = 0;
    if (rs_lines_open("", data, size, &lines, NULL) != RS_OK) {
        return true; /* not even a text: what reads lines says why */
    }
    if (rs_lines_next(&lines, &line, &more, NULL) != RS_OK || !more) {
        return false;
    }
    return rs_cells_separator(line.text) != '\0' || rs_set_table_has_header(data, size) ||
           (next_word(&line.text, &word) &&
            (rs_span_integer(word, &number) || rs_class_list_find(ids, word) >= 0));
}

static rs_status check_cells(const table *t, const rs_line *line, size_t count)
{
    if (count > CELLS_MAX) {
        return rs_fail(t->context->error, RS_FORMAT, t->context->file, rs_at_line(line->number),
                       form_advice, "%zu cells, at most %d are read: %s", count, CELLS_MAX,
                       RS_SHOW_SPAN(line->text));
    }
    if (count != t->cells) {
        return rs_fail(t->context->error, RS_FORMAT, t->context->file, rs_at_line(line->number),
                       form_advice, "%zu cells, unlike the first line, which has %zu: %s", count,
                       t->cells, RS_SHOW_SPAN(line->text));
    }
    return RS_OK;
}

static rs_status take_columns(table *t, const rs_line *line, const rs_span *cell)
{
    RS_TRY(check_cells(t, line, t->cells));
    t->header = is_header(cell, t->cells);
    return t->header ? take_header(t, line, cell) : take_first(t, line, cell);
}

static rs_status read_table(table *t, const uint8_t *data, size_t size)
{
    rs_span cell[CELLS_MAX];
    RS_TRY(rs_lines_open(t->context->file, data, size, &t->lines, t->context->error));
    for (;;) {
        rs_line line;
        bool more = false;
        RS_TRY(rs_lines_next(&t->lines, &line, &more, t->context->error));
        if (!more) {
            return RS_OK;
        }
        const bool first = t->cells == 0;
        if (first) {
            t->separator = separator_of_first(line.text);
        }
        size_t count = rs_cells_split(line.text, t->separator, cell, CELLS_MAX);
        if (first) {
            t->cells = count;
            RS_TRY(take_columns(t, &line, cell));
            if (t->header) {
                continue;
            }
        }
        if (t->separator == '\t' && count + 1 == t->cells) { /* a line ends before its last tab */
            cell[count++] = (rs_span){"", 0};
        }
        RS_TRY(check_cells(t, &line, count));
        RS_TRY(read_line(t, &line, cell));
    }
}

rs_status rs_set_table_parse(const rs_set_context *context, const uint8_t *data, size_t size,
                             rs_real_sets *sets)
{
    table t = {.context = context};
    *sets = (rs_real_sets){.largest = -1};
    rs_set_list_begin(context, &t.list);
    rs_status status = read_table(&t, data, size);
    if (status == RS_OK) {
        status = rs_set_list_finish(&t.list, sets);
        sets->synthetic = status == RS_OK && t.lines.synthetic;
    }
    rs_set_list_clear(&t.list);
    return status;
}
