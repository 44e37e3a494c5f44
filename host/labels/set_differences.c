/* set_differences.c - see set_differences.h. */
#include "labels/set_differences.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"

/* The labels of one row. */
typedef struct label_row {
    const int32_t *label; /* [count] */
    uint32_t count;
} label_row;

static label_row row_of(const rs_label_view *view, uint64_t row)
{
    const uint32_t begin = view->real_begin[row];
    return (label_row){view->real_class + begin, view->real_begin[row + 1] - begin};
}

/* ---- which rows ---- */

/* Most rows have one label: only the few with more are branched by. */
static inline bool is_other(label_row a, label_row b)
{
    static const int32_t none = RS_CLASS_UNKNOWN;
    const int32_t a_first = *(a.count > 0 ? a.label : &none);
    const int32_t b_first = *(b.count > 0 ? b.label : &none);
    bool other = a.count != b.count || a_first != b_first;
    for (uint32_t i = 1; i < a.count && !other; ++i) {
        other = a.label[i] != b.label[i];
    }
    return other;
}

/* Of up to 64 rows from `begin` on; *largest grows to the largest set among them. */
static uint64_t find_others(const rs_label_view *first, const rs_label_view *set, uint64_t begin,
                            uint32_t *largest)
{
    const uint64_t rows = first->rows - begin < 64 ? first->rows - begin : 64;
    const uint32_t *const a_begin = first->real_begin + begin;
    const uint32_t *const b_begin = set->real_begin + begin;
    uint64_t others = 0;
    uint32_t most = *largest;
    for (uint64_t i = 0; i < rows; ++i) {
        const label_row a = {first->real_class + a_begin[i], a_begin[i + 1] - a_begin[i]};
        const label_row b = {set->real_class + b_begin[i], b_begin[i + 1] - b_begin[i]};
        others |= (uint64_t)is_other(a, b) << i;
        most = b.count > most ? b.count : most;
    }
    *largest = most;
    return others;
}

static void find_rows(rs_set_differences *of)
{
    const rs_label_view *const first = rs_labels_get_view(of->first);
    for (size_t s = 0; s < of->sets; ++s) {
        const rs_label_view *const set = rs_labels_get_view(of->labels[s]);
        for (uint64_t w = 0; w < of->words; ++w) {
            of->any[w] |= find_others(first, set, w * 64, &of->largest[s]);
        }
    }
    for (uint64_t w = 0; w < of->words; ++w) {
        of->before[w] = of->count;
        of->count += (uint32_t)__builtin_popcountll(of->any[w]);
    }
}

/* ---- their labels ---- */

/* The places of a row as they fill. */
typedef struct place_list {
    int32_t label[RS_PLACES];
    uint32_t count; /* more than there are: they did not fit */
} place_list;

static uint32_t place_of(const place_list *places, int32_t label)
{
    uint32_t at = 0;
    while (at < places->count && places->label[at] != label) {
        ++at;
    }
    return at;
}

static void add_place(place_list *places, int32_t label)
{
    if (places->count < RS_PLACES) {
        places->label[places->count] = label;
    }
    places->count += 1;
}

/* Puts the labels of a set among the places; returns which ones they are. */
static uint64_t place_set(place_list *places, const label_row *set)
{
    uint64_t in_set = 0;
    for (uint32_t i = 0; i < set->count && places->count <= RS_PLACES; ++i) {
        const uint32_t at = place_of(places, set->label[i]);
        if (at == places->count) {
            add_place(places, set->label[i]);
        }
        in_set |= UINT64_C(1) << at % RS_PLACES;
    }
    return in_set;
}

/* Row `row`, which is the next of those that differ. */
static void place_row(rs_set_differences *of, uint64_t row, uint32_t index)
{
    const rs_label_view *const first = rs_labels_get_view(of->first);
    const label_row own = row_of(first, row);
    const int32_t original = first->original[row];
    rs_differing_row *const made = &of->row[index];
    place_list places;
    places.count = 0;
    made->row = row;
    (void)place_set(&places, &own);
    made->original = RS_NO_PLACE;
    if (original >= 0 && places.count <= RS_PLACES) {
        made->original = place_of(&places, original);
        if (made->original == places.count) {
            add_place(&places, original);
        }
    }
    made->listed = places.count;
    for (size_t s = 0; s < of->sets && places.count <= RS_PLACES; ++s) {
        const label_row set = row_of(rs_labels_get_view(of->labels[s]), row);
        of->places[(size_t)index * of->sets + s] = place_set(&places, &set);
    }
    uint32_t extras = places.count - made->listed;
    if (places.count > RS_PLACES) {
        made->listed = RS_MANY_PLACES;
        extras = 0;
    }
    for (uint32_t i = 0; i < extras; ++i) {
        of->extra[made->extra_begin + i] = places.label[made->listed + i];
    }
    made[1].extra_begin = made->extra_begin + extras;
}

static void place_rows(rs_set_differences *of)
{
    uint32_t index = 0;
    for (uint64_t w = 0; w < of->words; ++w) {
        for (uint64_t left = of->any[w]; left != 0; left &= left - 1u) {
            place_row(of, w * 64 + (uint64_t)__builtin_ctzll(left), index);
            ++index;
        }
    }
    of->row[index].row = UINT64_MAX;
}

/* As many as further sets have in the rows that differ. */
static uint64_t extras_most(const rs_set_differences *of)
{
    uint64_t most = 0;
    for (size_t s = 0; s < of->sets; ++s) {
        const rs_label_view *const set = rs_labels_get_view(of->labels[s]);
        most += set->real_begin[set->rows];
    }
    return most;
}

static rs_status fill(rs_set_differences *of, const rs_labels *const *sets, rs_error *error)
{
    static const char purpose[] = "label sets";
    const uint64_t rows = rs_labels_get_view(of->first)->rows;
    of->words = rows / 64 + (rows % 64 != 0);
    RS_TRY(RS_NEW(&of->labels, of->sets, purpose, error));
    memcpy(of->labels, sets, of->sets * sizeof sets[0]);
    RS_TRY(RS_NEW(&of->largest, of->sets, purpose, error));
    RS_TRY(RS_NEW(&of->any, of->words, purpose, error));
    RS_TRY(RS_NEW(&of->before, of->words, purpose, error));
    find_rows(of);
    RS_TRY(RS_NEW(&of->row, (uint64_t)of->count + 1, purpose, error));
    RS_TRY(RS_NEW_ROWS(&of->places, of->count, of->sets, purpose, error));
    RS_TRY(RS_NEW(&of->extra, (of->count == 0 ? 0 : extras_most(of)) + RS_EXTRAS_BEHIND, purpose,
                  error));
    place_rows(of);
    return RS_OK;
}

rs_status rs_set_differences_make(const rs_labels *first, const rs_labels *const *sets,
                                  size_t count, rs_set_differences **differences, rs_error *error)
{
    rs_set_differences *made = NULL;
    *differences = NULL;
    RS_TRY(RS_NEW(&made, 1, "label sets", error));
    *made = (rs_set_differences){.first = first, .sets = count};
    const rs_status status = fill(made, sets, error);
    if (status != RS_OK) {
        rs_set_differences_free(made);
        return status;
    }
    *differences = made;
    return RS_OK;
}

void rs_set_differences_free(rs_set_differences *differences)
{
    if (differences != NULL) {
        free(differences->labels);
        free(differences->largest);
        free(differences->any);
        free(differences->before);
        free(differences->row);
        free(differences->places);
        free(differences->extra);
        free(differences);
    }
}
