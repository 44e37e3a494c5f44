/* csv_cut.c - from the lines of a table to rows: sorted by file and cut, each ranked, and what says
 * again what was said left out.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"
#include "formats/csv_table.h"
#include "reassess/logits.h"

enum { RUN_ENTRIES = 1 << 14, LOOK_EVERY_ROWS = 1 << 12 };

static int compare_serials(const rs_csv_entry *left, const rs_csv_entry *right)
{
    return RS_COMPARE(left->serial, right->serial);
}

/* All without a name stay as they are. */
RS_SORTS(compare_files, rs_csv_entry)
{
    const int names = left->name == NULL ? 0 : strcmp(left->name, right->name);
    return names != 0 ? names : compare_serials(left, right);
}

/* A NaN, the larger probability, the lower class, the earlier. */
RS_SORTS(compare_scores, rs_csv_entry)
{
    const int nan_left = isnan(left->probability) ? 1 : 0;
    const int nan_right = isnan(right->probability) ? 1 : 0;
    if (nan_left != nan_right) {
        return nan_right - nan_left;
    }
    RS_ORDER_BY(right->probability, left->probability);
    RS_ORDER_BY(left->class_index, right->class_index);
    return compare_serials(left, right);
}

/* An image stands for one path. */
static rs_status check_paths(const rs_csv_table *from, const rs_csv_entry *row, uint64_t count,
                             rs_error *error)
{
    for (uint64_t i = 1; i < count && row[0].path != NULL; ++i) {
        if (strcmp(row[i].path, row[0].path) != 0) {
            return rs_fail(error, RS_FORMAT, from->file, rs_at_line(row[i].line),
                           "rows are put into the order of the file names, which must differ",
                           "\"%.100s\" and \"%.100s\" (line %" PRIu64 ") have the same name",
                           row[i].path, row[0].path, row[0].line);
        }
    }
    return RS_OK;
}

static rs_status fail_twice(const rs_csv_table *from, const rs_csv_entry *first,
                            const rs_csv_entry *again, rs_error *error)
{
    return rs_fail(error, RS_FORMAT, from->file, rs_at_line(again->line),
                   "keep one of the two; is the table of one model?",
                   "class %" PRId32 " of \"%.100s\" stands on line %" PRIu64 " already",
                   again->class_index, again->name != NULL ? again->name : "an image",
                   first->line);
}

/* Of lines that hold all predictions of the image: the first one that says another best class than
 * the line that counts. NULL: there is none. */
static const rs_csv_entry *find_other_answer(const rs_csv_table *from, const rs_csv_entry *row,
                                             uint64_t count, const rs_csv_entry **counted)
{
    const rs_csv_entry *best = NULL; /* of the line that counts, then of each other line */
    *counted = NULL;
    for (uint64_t i = 0; i <= count; ++i) {
        if (i == count || best == NULL || row[i].line != best->line) {
            if (best != NULL && *counted == NULL) {
                *counted = best;
            } else if (best != NULL && best->class_index != (*counted)->class_index) {
                return best;
            }
            best = i < count ? &row[i] : NULL;
        } else if (from->columns.scored && compare_scores(&row[i], best) < 0) {
            best = &row[i];
        }
    }
    return NULL;
}

static void tell_other_answer(rs_csv_table *from, const rs_csv_entry *row, uint64_t count)
{
    const rs_csv_entry *counted = NULL;
    const rs_csv_entry *const other =
        row[0].together ? find_other_answer(from, row, count, &counted) : NULL;
    if (other == NULL) {
        return;
    }
    if (from->differ.count == 0) {
        (void)snprintf(
            from->differ.first, sizeof from->differ.first,
            "%.80s, class %" PRId32 " on line %" PRIu64 " after class %" PRId32 " on line %" PRIu64,
            row[0].name, other->class_index, other->line, counted->class_index, counted->line);
    }
    from->differ.count += 1;
}

/* Moves the predictions of one image to the front, those that say again what was said left out: a
 * sampler that pads writes an image twice. Of lines that hold all predictions the first counts.
 * `place`: of every class the one it has at the front, from 1; all 0. */
static rs_status drop_repeats(rs_csv_table *from, rs_csv_entry *row, uint64_t *count,
                              uint32_t *place, rs_error *error)
{
    uint64_t kept = 0;
    bool again = false;
    rs_status status = RS_OK;
    for (uint64_t i = 0; i < *count && status == RS_OK; ++i) {
        const uint32_t c = (uint32_t)row[i].class_index;
        const bool other_line = row[0].together && row[i].line != row[0].line;
        const bool known = place[c] != 0;
        again = again || other_line || known;
        if (!other_line && !known) {
            row[kept++] = row[i];
            place[c] = (uint32_t)kept; /* no more than there are classes */
        } else if (!other_line) {
            const rs_csv_entry *const first = &row[place[c] - 1];
            const bool same = first->probability == row[i].probability &&
                              first->line != row[i].line;
            status = same ? RS_OK : fail_twice(from, first, &row[i], error);
        }
    }
    for (uint64_t i = 0; i < kept; ++i) {
        place[row[i].class_index] = 0;
    }
    from->repeats += again ? 1 : 0;
    *count = kept;
    return status;
}

static bool are_of_one_image(const rs_csv_entry *a, const rs_csv_entry *b)
{
    return a->name == NULL ? a->line == b->line : strcmp(a->name, b->name) == 0;
}

static uint64_t row_length(const rs_csv_table *from, uint64_t at)
{
    uint64_t end = at + 1;
    while (end < from->entry_count && are_of_one_image(&from->entries[at], &from->entries[end])) {
        ++end;
    }
    return end - at;
}

static uint64_t count_of(const rs_csv_cut *cut, uint64_t row)
{
    return cut->begin[row + 1] - cut->begin[row];
}

/* The count of more than half of the rows, where there is one. */
static uint64_t usual_count(const rs_csv_cut *cut)
{
    uint64_t usual = 0;
    uint64_t votes = 0;
    for (uint64_t row = 0; row < cut->rows; ++row) {
        const uint64_t count = count_of(cut, row);
        usual = votes == 0 ? count : usual;
        votes = count == usual ? votes + 1 : votes - 1;
    }
    return usual;
}

static rs_status fail_count(const rs_csv_table *from, const rs_csv_entry *row, uint64_t count,
                            uint64_t usual, rs_error *error)
{
    uint64_t first = UINT64_MAX;
    uint64_t last = 0;
    for (uint64_t i = 0; i < count; ++i) {
        first = row[i].line < first ? row[i].line : first;
        last = row[i].line > last ? row[i].line : last;
    }
    return rs_fail(error, RS_FORMAT, from->file, rs_at_line(last),
                   "a line is a prediction: write as many for every image, best first, or with "
                   "scores and those of an image together; of one that comes again with another "
                   "class (augmented views, another run) keep one",
                   "\"%.100s\" has predictions on %" PRIu64 " line%s from %" PRIu64
                   " on, others on %" PRIu64,
                   row[0].path, count, count == 1 ? "" : "s", first, usual);
}

#define WHOLE 1.001 /* what the scores of a softmax add up to at most, as written */

static double score_of(const rs_csv_entry *row, uint64_t count)
{
    double sum = 0.0;
    for (uint64_t i = 0; i < count; ++i) {
        sum += row[i].probability;
    }
    return sum;
}

/* An image whose scores add up to more than those of a softmax do, with more lines than nearly all
 * others, whose scores do not, comes again with another answer. What is above a threshold may have
 * more lines, too, but not such scores. */
static void tell_longer(rs_csv_table *from, const rs_csv_cut *cut, uint64_t usual)
{
    rs_repeats_differ longer = {.count = 0};
    uint64_t others = 0;
    const rs_csv_entry *row = from->entries;
    for (uint64_t r = 0; r < cut->rows; ++r) {
        const uint64_t count = count_of(cut, r);
        const bool whole = score_of(row, count) <= WHOLE;
        if (count == usual && !whole) {
            return; /* no probabilities of one softmax */
        }
        others += count != usual;
        if (count > usual && !whole) {
            if (longer.count == 0) {
                (void)snprintf(longer.first, sizeof longer.first,
                               "%.80s, class %" PRId32 " on line %" PRIu64 " and class %" PRId32
                               " on line %" PRIu64,
                               row[0].name, row[0].class_index, row[0].line, row[1].class_index,
                               row[1].line);
            }
            longer.count += 1;
        }
        row += row_length(from, (uint64_t)(row - from->entries));
    }
    if (others * 10 <= cut->rows) {
        from->longer = longer;
    }
}

/* Whether what is read as a longer ranking is an image that comes again with another answer: tools
 * write as many predictions for every image, or those whose scores are above a threshold, image
 * after image. `apart`: lines of one image do not follow each other. */
static rs_status check_counts(rs_csv_table *from, const rs_csv_cut *cut, bool apart,
                              rs_error *error)
{
    const uint64_t usual = usual_count(cut);
    const rs_csv_entry *row = from->entries;
    bool differ = false;
    for (uint64_t r = 0; r < cut->rows; ++r) {
        differ = differ || count_of(cut, r) != usual;
    }
    for (uint64_t r = 0; differ && (apart || !from->columns.scored) && r < cut->rows; ++r) {
        if (count_of(cut, r) != usual) {
            return fail_count(from, row, count_of(cut, r), usual, error);
        }
        row += row_length(from, (uint64_t)(row - from->entries));
    }
    if (differ && from->columns.scored) {
        tell_longer(from, cut, usual);
    }
    return RS_OK;
}

static rs_status cut_rows(rs_csv_table *from, rs_csv_cut *cut, uint32_t *place, rs_error *error)
{
    uint64_t to = 0;
    bool lines = true; /* each is one prediction */
    bool apart = false;
    for (uint64_t at = 0; at < from->entry_count;) {
        rs_csv_entry *const row = &from->entries[at];
        uint64_t count = row_length(from, at);
        RS_TRY(cut->rows % LOOK_EVERY_ROWS == 0 ? rs_input_look(from->input, error) : RS_OK);
        at += count;
        RS_TRY(check_paths(from, row, count, error));
        tell_other_answer(from, row, count);
        RS_TRY(drop_repeats(from, row, &count, place, error));
        lines = lines && !row[0].together && row[0].name != NULL;
        apart = apart || row[count - 1].serial - row[0].serial != count - 1;
        if (from->columns.scored) {
            qsort(row, (size_t)count, sizeof *row, compare_scores);
        }
        const bool invalid = isnan(row[0].probability) != 0;
        cut->names[cut->rows] = row[0].path;
        cut->begin[cut->rows++] = to;
        for (uint64_t i = 0; i < count; ++i) {
            cut->classes[to++] = invalid ? -1 : row[i].class_index;
        }
        cut->columns = count > cut->columns ? count : cut->columns;
    }
    cut->begin[cut->rows] = to;
    if (from->repeats > cut->rows / 2) {
        return rs_fail(error, RS_FORMAT, from->file, rs_nowhere(), "is the table of one model?",
                       "%" PRIu64 " of %" PRIu64 " images come again", from->repeats, cut->rows);
    }
    return lines ? check_counts(from, cut, apart, error) : RS_OK;
}

static bool are_sorted(const rs_csv_table *from)
{
    uint64_t i = 1;
    while (i < from->entry_count && compare_files(&from->entries[i - 1], &from->entries[i]) < 0) {
        ++i;
    }
    return i >= from->entry_count;
}

/* ---- the order of the files ---- */

/* Sorts runs of RUN_ENTRIES: all that is done at once. */
static rs_status sort_runs(const rs_csv_table *table, rs_error *error)
{
    for (uint64_t at = 0; at < table->entry_count; at += RUN_ENTRIES) {
        const uint64_t left = table->entry_count - at;
        RS_TRY(rs_input_look(table->input, error));
        qsort(&table->entries[at], left < RUN_ENTRIES ? (size_t)left : RUN_ENTRIES,
              sizeof(rs_csv_entry), compare_files);
    }
    return RS_OK;
}

/* Two sorted runs, from `at` to `middle` and from there to `end`, into one of `to`. */
static rs_status merge_runs(const rs_csv_table *table, uint64_t at, uint64_t middle, uint64_t end,
                            rs_csv_entry *to, rs_error *error)
{
    const rs_csv_entry *const from = table->entries;
    uint64_t left = at;
    uint64_t right = middle;
    for (; at < end; ++at) {
        RS_TRY(at % RUN_ENTRIES == 0 ? rs_input_look(table->input, error) : RS_OK);
        const bool is_left =
            right == end || (left < middle && compare_files(&from[left], &from[right]) < 0);
        to[at] = from[is_left ? left++ : right++];
    }
    return RS_OK;
}

/* No qsort of all: nothing ends it, and a large table takes it seconds. */
static rs_status sort_entries(rs_csv_table *table, rs_error *error)
{
    const uint64_t count = table->entry_count;
    rs_csv_entry *other = NULL;
    rs_status status = RS_OK;
    RS_TRY(sort_runs(table, error));
    if (count > RUN_ENTRIES) {
        RS_TRY(RS_NEW(&other, count, "the lines of a CSV file", error));
    }
    for (uint64_t run = RUN_ENTRIES; run < count; run *= 2) {
        for (uint64_t at = 0; at < count; at += 2 * run) {
            const uint64_t middle = count - at < run ? count : at + run;
            const uint64_t end = count - middle < run ? count : middle + run;
            RS_TRY_DONE(merge_runs(table, at, middle, end, other, error));
        }
        rs_csv_entry *const merged = other;
        other = table->entries;
        table->entries = merged;
    }
done:
    free(other);
    return status;
}

rs_status rs_csv_cut_rows(rs_csv_table *table, rs_csv_cut *cut, rs_error *error)
{
    uint32_t *place = NULL;
    *cut = (rs_csv_cut){.rows = 0};
    RS_TRY(are_sorted(table) ? RS_OK : sort_entries(table, error));
    RS_TRY(RS_NEW(&cut->begin, table->entry_count + 1, "rows", error));
    RS_TRY(RS_NEW(&cut->classes, table->entry_count, "rows", error));
    RS_TRY(RS_NEW(&cut->names, table->entry_count, "rows", error));
    RS_TRY(RS_NEW(&place, RS_MAX_COLUMNS, "places of classes", error));
    const rs_status status = cut_rows(table, cut, place, error);
    free(place);
    return status;
}

void rs_csv_cut_clear(rs_csv_cut *cut)
{
    free(cut->begin);
    free(cut->classes);
    free(cut->names);
    *cut = (rs_csv_cut){.rows = 0};
}
