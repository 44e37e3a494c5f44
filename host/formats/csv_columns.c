/* csv_columns.c - the words for a column, the best first: timm's inference.py writes filename,
 * index (or index_0, index_1, ...) and prob; others, what their authors thought of.
 */
#include "formats/csv_columns.h"

#include <string.h>
#include <strings.h>

#include "base/error.h"

enum { WORDS_MAX = 24, NO_RANK = -1 };

static const char *const file_words[WORDS_MAX] = {
    "file_name",  "filename", "file",     "image_name", "image_path", "img_path",
    "image_file", "path",     "image_id", "imageid",    "image",      "img", "name",
    "sample_id",  "id",       "row",      "idx",        "unnamed: 0", ""};
static const char *const class_words[WORDS_MAX] = {
    "predicted_class", "prediction", "pred_class", "pred_index", "pred_label",
    "predicted_label", "predicted",  "pred",       "class_index", "class_idx", "class", "index"};
static const char *const score_words[WORDS_MAX] = {
    "predicted_probability", "probability", "prob", "confidence", "score", "logit", "pred_score"};
/* What stands there in the place of numbers. */
static const char *const label_words[WORDS_MAX] = {"label", "class_name", "wnid", "synset"};

/* What may stand beside predictions of which each line is one. */
static const char *const truth_words[WORDS_MAX] = {"target",       "ground_truth", "groundtruth",
                                                   "true_label",   "true_class",   "true",
                                                   "y_true",       "gt",           "correct"};

/* Of class_words those that cannot be the number of a line. */
enum { PREDICTION_WORDS = 8 };

static const char wanted[] =
    "a table of predictions has a column of file names (filename) and one of class numbers (index, "
    "or index_0, index_1, ...), and may have one of probabilities (prob)";

/* Is the cell this word, or the word and _N? *rank gets N, or NO_RANK. */
static bool is_word(const char *cell, size_t length, const char *word, int *rank)
{
    const size_t bytes = strlen(word);
    *rank = NO_RANK;
    if (bytes == 0) { /* pandas leaves the head of its index empty */
        return length == 0;
    }
    if (length < bytes || strncasecmp(cell, word, bytes) != 0) {
        return false;
    }
    if (length == bytes) {
        return true;
    }
    if (cell[bytes] != '_' || length == bytes + 1 || length > bytes + 4) {
        return false;
    }
    *rank = 0;
    for (size_t i = bytes + 1; i < length; ++i) {
        if (cell[i] < '0' || cell[i] > '9') {
            return false;
        }
        *rank = *rank * 10 + (cell[i] - '0');
    }
    return true;
}

/* Which of the words a cell is, or WORDS_MAX. */
static size_t word_of(const char *const *words, const char *cell, size_t length, int *rank)
{
    size_t w = 0;
    while (w < WORDS_MAX && words[w] != NULL && !is_word(cell, length, words[w], rank)) {
        ++w;
    }
    return w < WORDS_MAX && words[w] != NULL ? w : WORDS_MAX;
}

/* ---- before the line is taken apart ---- */

/* How many cells are one of the words, and how many there are; quotes around cells do not count. */
static size_t count_words(const char *const *words, size_t limit, const char *line, size_t size,
                          char separator, size_t *cells)
{
    int rank = 0;
    size_t found = 0;
    *cells = 0;
    for (size_t begin = 0; begin <= size; ++*cells) {
        const char *const stop = memchr(line + begin, separator, size - begin);
        size_t end = stop == NULL ? size : (size_t)(stop - line);
        const size_t next = end + 1;
        while (begin < end && line[begin] == ' ') { /* as in "filename, index, prob" */
            ++begin;
        }
        if (end - begin >= 2 && line[begin] == '"' && line[end - 1] == '"') {
            ++begin;
            --end;
        }
        found += word_of(words, line + begin, end - begin, &rank) < limit ? 1 : 0;
        begin = next;
    }
    return found;
}

/* Predictions, and nothing but what may stand beside them. */
static bool are_lines(const char *line, size_t size, char separator)
{
    static const char *const *const others[] = {score_words, label_words, truth_words};
    size_t cells = 0;
    const size_t predictions =
        count_words(class_words, PREDICTION_WORDS, line, size, separator, &cells);
    size_t known = predictions;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; ++i) {
        known += count_words(others[i], WORDS_MAX, line, size, separator, &cells);
    }
    return predictions > 0 && known == cells;
}

char rs_csv_separator(const char *line, size_t size)
{
    static const char separators[] = {',', ';', '\t'};
    for (size_t i = 0; i < sizeof separators; ++i) {
        const char separator = separators[i];
        size_t cells = 0;
        const size_t files = count_words(file_words, WORDS_MAX, line, size, separator, &cells);
        const size_t classes = count_words(class_words, WORDS_MAX, line, size, separator, &cells);
        const size_t scores = count_words(score_words, WORDS_MAX, line, size, separator, &cells);
        if (files > 0 ? classes > 0 || scores > 0 : are_lines(line, size, separator)) {
            return separator;
        }
    }
    return '\0';
}

/* ---- the columns ---- */

typedef struct found_columns {
    size_t word; /* the best there is */
    size_t count;
    bool numbered;
    size_t at[RS_CSV_CELLS_MAX];
    int rank[RS_CSV_CELLS_MAX];
} found_columns;

static void find(const rs_csv_lines *header, const char *const *words, found_columns *found)
{
    found->word = WORDS_MAX;
    found->count = 0;
    for (size_t i = 0; i < header->cell_count; ++i) {
        int rank = NO_RANK;
        const char *const cell = header->cells[i];
        const size_t word = word_of(words, cell, strlen(cell), &rank);
        if (word < found->word) {
            found->word = word;
            found->count = 0;
        }
        if (word == found->word && word < WORDS_MAX) {
            found->at[found->count] = i;
            found->rank[found->count++] = rank;
        }
    }
    found->numbered = found->count > 0 && found->rank[0] != NO_RANK;
}

static rs_status fail_column(const rs_csv_lines *header, const char *what, const char *name,
                             rs_error *error)
{
    return rs_fail(error, RS_FORMAT, header->file, rs_at_line(header->line), wanted,
                   "the header %s \"%s\"", what, name);
}

/* The columns in the order of their numbers: from 0 or 1 on, none left out, none twice. */
static rs_status sort_ranks(const rs_csv_lines *header, const char *word, found_columns *found,
                            rs_error *error)
{
    if (!found->numbered) {
        return found->count == 1 ? RS_OK
                                 : fail_column(header, "has twice the column", word, error);
    }
    size_t sorted[RS_CSV_CELLS_MAX] = {0};
    bool seen[RS_CSV_CELLS_MAX] = {false};
    int first = found->rank[0];
    for (size_t i = 0; i < found->count; ++i) {
        first = found->rank[i] < first ? found->rank[i] : first;
    }
    for (size_t i = 0; i < found->count; ++i) {
        const int place = found->rank[i] - first;
        if (found->rank[i] == NO_RANK || first > 1 || (size_t)place >= found->count ||
            seen[place]) {
            return fail_column(header, "does not number from 0 on the columns", word, error);
        }
        seen[place] = true;
        sorted[place] = found->at[i];
    }
    memcpy(found->at, sorted, found->count * sizeof sorted[0]);
    return RS_OK;
}

static rs_status find_classes(const rs_csv_lines *header, found_columns *found, rs_error *error)
{
    find(header, class_words, found);
    if (found->count > 0) {
        return sort_ranks(header, class_words[found->word], found, error);
    }
    find(header, label_words, found);
    return found->count == 0
               ? fail_column(header, "lacks", class_words[0], error)
               : rs_fail(error, RS_FORMAT, header->file, rs_at_line(header->line),
                         "write the numbers too: inference.py does so with --include-index",
                         "classes are named by column \"%.60s\", not numbered",
                         header->cells[found->at[0]]);
}

rs_status rs_csv_columns_find(const rs_csv_lines *header, bool separated, rs_csv_columns *columns,
                              rs_error *error)
{
    found_columns found;
    *columns = (rs_csv_columns){.separator = header->separator,
                                .cell_count = header->cell_count};
    find(header, file_words, &found);
    if (found.count > 1 || found.numbered) {
        return fail_column(header, "has twice the column", file_words[found.word], error);
    }
    if (found.count == 0 && !separated) {
        return fail_column(header, "lacks", file_words[0], error);
    }
    columns->file = found.count == 0 ? RS_CSV_NO_FILE : found.at[0];
    RS_TRY(find_classes(header, &found, error));
    columns->ranks = found.count;
    columns->numbered = found.numbered;
    memcpy(columns->class_at, found.at, found.count * sizeof found.at[0]);
    find(header, score_words, &found);
    if (found.count == 0) {
        return RS_OK;
    }
    RS_TRY(sort_ranks(header, score_words[found.word], &found, error));
    if (found.count != columns->ranks || found.numbered != columns->numbered) {
        return rs_fail(error, RS_FORMAT, header->file, rs_at_line(header->line), wanted,
                       "the header has %zu columns of classes, but %zu of their scores",
                       columns->ranks, found.count);
    }
    columns->scored = true;
    memcpy(columns->score_at, found.at, found.count * sizeof found.at[0]);
    return RS_OK;
}
