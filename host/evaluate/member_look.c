/* member_look.c - whether the members of an ensemble hold what they are taken for. */
#include <math.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/row_value.h"
#include "evaluate/averaging.h"
#include "formats/source_impl.h"

enum { LOOK_ROWS = 4 }; /* how many rows tell whether a member holds probabilities */

/* Whether a row is a distribution: nothing below 0, and 1 in all. Halves round the sum. */
static bool is_distribution(const rs_source_info *info, const void *row)
{
    double sum = 0.0;
    for (uint32_t j = 0; j < info->columns; ++j) {
        const double value = rs_row_value(info->dtype, row, j);
        if (!(value >= 0.0)) {
            return false;
        }
        sum += value;
    }
    return fabs(sum - 1.0) < 0.02;
}

/* Looks at the first rows of members that can be read again. */
rs_status rs_members_look(rs_source *const *members, size_t count, rs_values values,
                          bool *looks_different, rs_error *error)
{
    for (size_t m = 0; m < count; ++m) {
        rs_source *const member = members[m];
        unsigned char *rows = NULL;
        uint64_t got = 0;
        if (!member->info.random_access || member->prepare != NULL) { /* that would take long */
            continue;
        }
        RS_TRY(RS_NEW_ALIGNED_ROWS(&rows, LOOK_ROWS, member->info.row_bytes, "rows", error));
        const rs_status status = rs_source_read(member, 0, LOOK_ROWS, rows, &got, error);
        uint64_t distributions = 0;
        for (uint64_t i = 0; status == RS_OK && i < got; ++i) {
            distributions += is_distribution(&member->info, rows + i * member->info.row_bytes);
        }
        free(rows);
        RS_TRY(status);
        looks_different[m] =
            values == RS_VALUES_PROBS ? distributions == 0 : got > 0 && distributions == got;
    }
    return RS_OK;
}
