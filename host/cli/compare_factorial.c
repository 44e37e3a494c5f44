/* compare_factorial.c - fours by their names, or in the order in which they are given. */
#include "cli/compare_factorial.h"

#include <stdlib.h>

#include "analyse/factorial.h"
#include "base/checked.h"
#include "base/error.h"
#include "cli/output.h"
#include "report/factorial_report.h"

static const char order_words[] =
    "name them as in softmax.all, sigmoid.all, softmax.clean and sigmoid.clean, or give them in "
    "this order";

rs_status rs_factorial_check(const rs_arguments *arguments, rs_error *error)
{
    RS_REFUSE_GIVEN(arguments, error, "leave it out",
                    "is about pairs, and --factorial compares fours", RS_OPT_BOOTSTRAP, RS_OPT_SEED,
                    RS_OPT_AGREEMENT, RS_OPT_SLICE, RS_OPT_PER_SLICE);
    return RS_OK;
}

/* In a folder other results may lie beside; files are given for this alone, so where the names do
 * not tell all of them, the order does. */
static rs_status find_fours(const rs_compared *models, bool named_only, rs_four *four,
                            size_t *count, rs_error *error)
{
    const size_t all = models->named;
    *count = rs_fours_find((const char *const *)models->name, all, four);
    if (*count * RS_CELLS == all || (named_only && *count > 0)) {
        return RS_OK;
    }
    RS_REFUSE(named_only || all % RS_CELLS != 0, error, order_words,
              "--factorial needs four models, or several fours, and finds %s among %zu",
              *count == 0 ? "none" : "some", all);
    *count = all / RS_CELLS;
    for (size_t i = 0; i < all; ++i) {
        four[i / RS_CELLS].model[i % RS_CELLS] = i;
        four[i / RS_CELLS].name[0] = '\0';
    }
    return RS_OK;
}

static rs_status write_all(const rs_arguments *arguments, const rs_factorial_report *report,
                           rs_outputs *outputs, rs_error *error)
{
    RS_WRITE_TO(outputs, rs_rows_path(arguments), error, rs_factorial_csv, report);
    RS_WRITE_TABLES(outputs, arguments, error, rs_factorial_table, report);
    RS_WRITE_TO(outputs, rs_value(arguments, RS_OPT_JSON, NULL), error, rs_factorial_json, report);
    RS_WRITE_TO(outputs, RS_TABLE_PATH(arguments, RS_OPT_OUT, RS_OPT_JSON), error,
                rs_factorial_table, report);
    return RS_OK;
}

rs_status rs_compare_factorial(const rs_context *context, const rs_compared *models,
                               rs_error *error)
{
    const rs_arguments *const arguments = context->arguments;
    rs_four *four = NULL;
    rs_factorial *result = NULL;
    size_t count = 0;
    rs_status status = RS_OK;
    const bool whole_folder =
        arguments->positional.count == 1 && rs_is_folder(arguments->positional.value[0]);
    RS_TRY_DONE(RS_NEW(&four, models->named / RS_CELLS + 1, "fours of models", error));
    RS_TRY_DONE(find_fours(models, whole_folder, four, &count, error));
    RS_TRY_DONE(RS_NEW(&result, count, "fours of models", error));
    for (size_t i = 0; i < count; ++i) {
        RS_TRY_DONE(rs_factorial_make(&models->outcomes, four[i].model, &result[i], error));
    }
    const rs_factorial_report report = {four, result, count, (const char *const *)models->name};
    rs_outputs outputs = rs_outputs_begin(context);
    status = rs_outputs_end(&outputs, write_all(arguments, &report, &outputs, error), error);
done:
    free(four);
    free(result);
    return status;
}
