/* flat_sets.c - further label sets of a scorer, by name. */
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "flat/flat_error.h"
#include "flat/flat_impl.h"
#include "report/record_sets.h"

static rs_status check_name(const rs_flat_scorer *scorer, const char *name, rs_error *error)
{
    RS_REFUSE(!rs_set_name_is_plain(name, strlen(name)), error,
              "name it by up to 40 letters, digits and . _ + -",
              "a label set cannot be called \"%.60s\"", name);
    for (size_t s = 0; s < scorer->reading.further_count; ++s) {
        RS_REFUSE(strcmp(scorer->set_name[s], name) == 0, error, NULL,
                  "two label sets are called \"%s\"", name);
    }
    return scorer->reading.further_count < RS_RECORD_SETS_MAX
               ? RS_OK
               : rs_usage(error, "at most %d label sets are counted beside the first one",
                          RS_RECORD_SETS_MAX);
}

/* One more in each list. */
static rs_status make_room(rs_flat_scorer *scorer, rs_error *error)
{
    rs_reading *const reading = &scorer->reading;
    const size_t count = reading->further_count + 1;
    RS_TRY(RS_GROW(&scorer->set, count, "label sets", error));
    reading->further = scorer->set;
    RS_TRY(RS_GROW(&scorer->set_name, count, "names of label sets", error));
    scorer->setup.set_name = (const char *const *)scorer->set_name;
    return reading->order == NULL
               ? RS_OK
               : RS_GROW(&reading->further_reordered, count, "label sets", error);
}

static rs_status add(rs_flat_scorer *scorer, const char *name, const rs_labels *labels,
                     rs_error *error)
{
    RS_NEED(scorer, error);
    RS_NEED(name, error);
    RS_NEED(labels, error);
    rs_reading *const reading = &scorer->reading;
    const size_t at = reading->further_count;
    rs_labels *ordered = NULL;
    char *copy = NULL;
    rs_status status = RS_OK;
    RS_TRY(check_name(scorer, name, error));
    RS_TRY(rs_scorer_check_further(scorer->scorer, scorer->labels, labels, error));
    RS_TRY(make_room(scorer, error));
    RS_TRY_DONE(rs_copy_text(&copy, name, error));
    if (reading->order != NULL) {
        RS_TRY_DONE(rs_labels_reorder(labels, reading->order, &ordered, error));
        reading->further_reordered[at] = ordered;
    }
    scorer->set[at] = labels;
    scorer->set_name[at] = copy;
    reading->further_count += 1;
    return RS_OK;
done:
    free(copy);
    return status;
}

int rs_flat_scorer_add_set(rs_flat_scorer *scorer, const char *name, const rs_labels *labels,
                           char **error)
{
    rs_error made = {0};
    return rs_flat_end(add(scorer, name, labels, &made), &made, error);
}

rs_status rs_flat_sets_take(const rs_flat_scorer *scorer, rs_record *record, rs_error *error)
{
    const rs_reading *const reading = &scorer->reading;
    for (size_t s = 0; s < reading->further_count; ++s) {
        const rs_labels *const labels =
            reading->order == NULL ? reading->further[s] : reading->further_reordered[s];
        rs_tally *tally = NULL;
        RS_TRY(rs_scorer_tally_by(scorer->scorer, labels, &tally, error));
        const rs_status status = rs_run_set_take(&scorer->setup, tally, s, record, error);
        rs_tally_free(tally);
        RS_TRY(status);
    }
    return RS_OK;
}

void rs_flat_sets_clear(rs_flat_scorer *scorer)
{
    for (size_t s = 0; s < scorer->reading.further_count; ++s) {
        free(scorer->set_name[s]);
    }
    free(scorer->set_name);
    free(scorer->set);
}
