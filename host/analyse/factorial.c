/* factorial.c - the sixteen patterns of right and wrong of four models, and what follows. */
#include "analyse/factorial.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "analyse/bits.h"
#include "base/error.h"

enum { PATTERNS = 1 << RS_CELLS };

/* What an image adds, by which of the four have it right: twice the mean gain by the loss, twice
 * that by the labels, and the gain by both beyond the two. */
static int value_of(unsigned pattern, rs_effect effect)
{
    int right[RS_CELLS];
    for (unsigned cell = 0; cell < RS_CELLS; ++cell) {
        right[cell] = (int)(pattern >> cell & 1u);
    }
    const int loss_on_all = right[RS_CELL_SIGMOID_ALL] - right[RS_CELL_SOFTMAX_ALL];
    const int loss_on_clean = right[RS_CELL_SIGMOID_CLEAN] - right[RS_CELL_SOFTMAX_CLEAN];
    if (effect == RS_EFFECT_LOSS) {
        return loss_on_all + loss_on_clean;
    }
    return effect == RS_INTERACTION
               ? loss_on_clean - loss_on_all
               : right[RS_CELL_SOFTMAX_CLEAN] - right[RS_CELL_SOFTMAX_ALL] +
                     right[RS_CELL_SIGMOID_CLEAN] - right[RS_CELL_SIGMOID_ALL];
}

/* Images without any right answer are those that are left of `total`. */
static void count_patterns(const uint64_t *counted, const uint64_t *const right[RS_CELLS],
                           size_t words, uint64_t total, uint64_t count[PATTERNS])
{
    memset(count, 0, PATTERNS * sizeof *count);
    count[0] = total;
    for (size_t word = 0; word < words; ++word) {
        for (unsigned pattern = 1; pattern < PATTERNS; ++pattern) {
            uint64_t with = counted == NULL ? UINT64_MAX : counted[word];
            for (unsigned cell = 0; cell < RS_CELLS; ++cell) {
                with &= (pattern >> cell & 1u) != 0 ? right[cell][word] : ~right[cell][word];
            }
            count[pattern] += rs_bit_count(with);
            count[0] -= rs_bit_count(with);
        }
    }
}

static rs_status make_measure(const uint64_t count[PATTERNS], rs_measure measure,
                              rs_factorial *factorial, rs_error *error)
{
    for (unsigned pattern = 0; pattern < PATTERNS; ++pattern) {
        factorial->total[measure] += count[pattern];
        for (unsigned cell = 0; cell < RS_CELLS; ++cell) {
            factorial->correct[measure][cell] += (pattern >> cell & 1u) != 0 ? count[pattern] : 0;
        }
    }
    for (int effect = 0; effect < RS_EFFECTS; ++effect) {
        uint64_t values[RS_CONTRAST_VALUES] = {0};
        for (unsigned pattern = 0; pattern < PATTERNS; ++pattern) {
            values[value_of(pattern, (rs_effect)effect) + RS_CONTRAST_MOST] += count[pattern];
        }
        RS_TRY(rs_contrast_make(values, effect == RS_INTERACTION ? 1.0 : 0.5,
                                &factorial->by[measure][effect], error));
    }
    return RS_OK;
}

rs_status rs_factorial_of_bits(const uint64_t *counted, const uint64_t *const right[RS_CELLS],
                               size_t words, uint64_t total, rs_measure measure,
                               rs_factorial *factorial, rs_error *error)
{
    uint64_t count[PATTERNS];
    count_patterns(counted, right, words, total, count);
    return make_measure(count, measure, factorial, error);
}

rs_status rs_factorial_make(const rs_outcomes *outcomes, const size_t model[RS_CELLS],
                            rs_factorial *factorial, rs_error *error)
{
    *factorial = (rs_factorial){0};
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        const uint64_t *right[RS_CELLS];
        for (size_t cell = 0; cell < RS_CELLS; ++cell) {
            right[cell] = outcomes->right[measure] + model[cell] * outcomes->words;
        }
        RS_TRY(rs_factorial_of_bits(outcomes->counted[measure], right, outcomes->words,
                                    rs_outcomes_total(outcomes, (rs_measure)measure),
                                    (rs_measure)measure, factorial, error));
    }
    return RS_OK;
}

/* ---- names ---- */

/* What a word of a name tells: a level of one of the factors, -1 of the other. */
static const struct told {
    const char *word;
    int loss;
    int labels;
} told_words[] = {{"softmax", 0, -1}, {"sigmoid", 1, -1}, {"all", -1, 0},     {"full", -1, 0},
                  {"clean", -1, 1},   {"kept", -1, 1},    {"cleaned", -1, 1}};

static const struct told *find_told(const char *word, size_t length)
{
    for (size_t i = 0; i < sizeof told_words / sizeof told_words[0]; ++i) {
        const char *const known = told_words[i].word;
        if (strlen(known) == length && strncasecmp(known, word, length) == 0) {
            return &told_words[i];
        }
    }
    return NULL;
}

/* The words that tell nothing, joined by points. False where there is no room. */
static bool add_word(char rest[RS_FOUR_NAME_BYTES], const char *word, size_t length)
{
    const size_t used = strlen(rest);
    const size_t at = used + (used > 0);
    if (at + length >= RS_FOUR_NAME_BYTES) {
        return false;
    }
    if (used > 0) {
        rest[used] = '.';
    }
    memcpy(rest + at, word, length);
    rest[at + length] = '\0';
    return true;
}

/* The cell that a name tells; RS_CELLS where it tells none. */
static size_t read_name(const char *name, char rest[RS_FOUR_NAME_BYTES])
{
    static const char parting[] = ".-_ ";
    int loss = -1;
    int labels = -1;
    rest[0] = '\0';
    for (const char *at = name; *at != '\0'; at += strspn(at, parting)) {
        const size_t length = strcspn(at, parting);
        const struct told *const told = find_told(at, length);
        if (told != NULL && told->loss >= 0 && loss < 0) {
            loss = told->loss;
        } else if (told != NULL && told->labels >= 0 && labels < 0) {
            labels = told->labels;
        } else if (!add_word(rest, at, length)) {
            return RS_CELLS;
        }
        at += length;
    }
    return loss < 0 || labels < 0 ? (size_t)RS_CELLS : (size_t)(2 * labels + loss);
}

/* The other three of the four that model `first` begins. */
static bool complete(const char *const *name, size_t count, size_t first, rs_four *four)
{
    char rest[RS_FOUR_NAME_BYTES];
    unsigned found = 0;
    for (size_t i = first; i < count; ++i) {
        const size_t cell = read_name(name[i], rest);
        if (cell < RS_CELLS && strcmp(rest, four->name) == 0 && (found >> cell & 1u) == 0) {
            found |= 1u << cell;
            four->model[cell] = i;
        }
    }
    return found == (1u << RS_CELLS) - 1;
}

size_t rs_fours_find(const char *const *name, size_t count, rs_four *four)
{
    size_t fours = 0;
    for (size_t i = 0; i + RS_CELLS <= count; ++i) {
        rs_four next;
        bool known = read_name(name[i], next.name) == RS_CELLS;
        for (size_t j = 0; !known && j < fours; ++j) {
            known = strcmp(four[j].name, next.name) == 0;
        }
        if (!known && fours < count / RS_CELLS && complete(name, count, i, &next)) {
            four[fours++] = next;
        }
    }
    return fours;
}
