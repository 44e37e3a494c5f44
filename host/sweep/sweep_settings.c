/* sweep_settings.c - options as texts. */
#include "sweep/sweep_settings.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "evaluate/evaluator_impl.h"

static void add(rs_sweep_settings *settings, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void add(rs_sweep_settings *settings, const char *name, const char *format, ...)
{
    char *const text = settings->text[settings->count];
    va_list arguments;
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): va_start is right above */
    (void)vsnprintf(text, RS_SWEEP_SETTING_BYTES, format, arguments);
    va_end(arguments);
    settings->setting[settings->count] = (rs_key_setting){name, text};
    settings->count += 1;
}

static rs_status add_topk(rs_sweep_settings *settings, const rs_evaluator_options *options,
                          rs_error *error)
{
    rs_evaluator_options complete = *options;
    char text[RS_SWEEP_SETTING_BYTES] = "";
    size_t length = 0;
    RS_TRY(rs_complete_topk(&complete, error));
    for (uint32_t k = 0; k < complete.topk_count && length < sizeof text; ++k) {
        const int more = snprintf(text + length, sizeof text - length, "%s%" PRIu32,
                                  k == 0 ? "" : ",", complete.topk[k]);
        length += more > 0 ? (size_t)more : 0;
    }
    add(settings, "--topk", "%s", text);
    return RS_OK;
}

/* "0-397,500", "none", or a hash where that is too long. */
static void put_classes(const bool *excluded, uint32_t classes, char out[RS_SWEEP_SETTING_BYTES])
{
    size_t length = 0;
    for (uint32_t c = 0; excluded != NULL && c < classes; ++c) {
        const uint32_t first = c;
        if (!excluded[c]) {
            continue;
        }
        while (c + 1 < classes && excluded[c + 1]) {
            ++c;
        }
        const int more = snprintf(out + length, RS_SWEEP_SETTING_BYTES - length,
                                  "%s%" PRIu32 "-%" PRIu32, length == 0 ? "" : ",", first, c);
        length += more > 0 ? (size_t)more : 0;
        if (length >= RS_SWEEP_SETTING_BYTES) {
            (void)rs_hash_text(rs_hash(excluded, classes * sizeof(bool)), out);
            return;
        }
    }
}

static rs_status fail_settings(rs_error *error)
{
    return rs_fail(error, RS_UNSUPPORTED, NULL, rs_nowhere(),
                   "sweep the whole input in one run, or exclude fewer ranges of classes",
                   "the tally does not say which classes the oracle leaves out");
}

/* From a file, so it may say anything. */
static rs_status take_cut(const char *text, double *cut, rs_error *error)
{
    char *end = NULL;
    *cut = strtod(text, &end);
    if (end == text || *end != '\0' || !(*cut >= 0.0 && *cut <= 1.0)) {
        return rs_fail(error, RS_FORMAT, NULL, rs_nowhere(),
                       "sweep the parts again to write their tallies anew",
                       "the tally's --oracle-cut is %.40s, not a number from 0 to 1", text);
    }
    return RS_OK;
}

rs_status rs_sweep_settings_oracle(const rs_json *settings, uint32_t classes,
                                   rs_metrics_options *options, bool **excluded, rs_error *error)
{
    const char *cut = rs_json_text(rs_json_get(settings, "--oracle-cut"));
    const char *rows = rs_json_text(rs_json_get(settings, "--oracle-rows"));
    double below = 0.0;
    *excluded = NULL;
    if (cut == NULL || rows == NULL) {
        return fail_settings(error);
    }
    RS_TRY(take_cut(cut, &below, error));
    RS_TRY(RS_NEW(excluded, classes, "a list of classes", error));
    *options = (rs_metrics_options){
        .oracle_rows =
            strcmp(rows, "nonempty") == 0 ? RS_ORACLE_ROWS_NONEMPTY : RS_ORACLE_ROWS_IN_SET,
        .oracle_cut = below,
        .oracle_excluded = *excluded,
    };
    const char *out = rs_json_text(rs_json_get(settings, "--oracle-exclude"));
    return out == NULL || rs_decimal_ranges(out, classes, *excluded) ? RS_OK : fail_settings(error);
}

/* Further label sets, by name and by what they hold. The hash is of both: names may be cut. */
static rs_status add_further(rs_sweep_settings *settings, const rs_sweep *sweep, rs_error *error)
{
    rs_hash_state *state = NULL;
    rs_text names = {0};
    if (sweep->further_count == 0) {
        return RS_OK;
    }
    RS_TRY(rs_hash_begin(&state, error));
    for (size_t s = 0; s < sweep->further_count; ++s) {
        const uint64_t labels = rs_labels_hash(sweep->further[s]);
        const char *const name = sweep->further_name[s];
        rs_hash_update(state, &labels, sizeof labels);
        rs_hash_update(state, name, strlen(name) + 1);
        rs_text_printf(&names, " %s", name);
    }
    const uint64_t hash = rs_hash_end(state);
    const rs_status status = rs_text_check(&names, error);
    if (status == RS_OK) {
        add(settings, "--real", "%s%s", RS_HASH_TEXT(hash), names.data);
    }
    rs_text_clear(&names);
    return status;
}

/* Groups of images, by what they hold. */
static rs_status add_slices(rs_sweep_settings *settings, const rs_slices *slices, rs_error *error)
{
    rs_hash_state *state = NULL;
    if (slices == NULL) {
        return RS_OK;
    }
    RS_TRY(rs_hash_begin(&state, error));
    for (uint32_t g = 0; g < slices->count; ++g) {
        const rs_slice_group *const group = &slices->group[g];
        rs_hash_update(state, group->by, strlen(group->by) + 1);
        rs_hash_update(state, group->name, strlen(group->name) + 1);
    }
    rs_hash_update(state, slices->member, slices->members * sizeof slices->member[0]);
    add(settings, "--slice", "%s", RS_HASH_TEXT(rs_hash_end(state)));
    return RS_OK;
}

static void add_metrics(rs_sweep_settings *settings, const rs_sweep *sweep)
{
    const uint32_t classes = rs_labels_get_view(sweep->labels)->classes;
    const rs_metrics_options *const metrics = &sweep->metrics;
    char excluded[RS_SWEEP_SETTING_BYTES] = "none";
    put_classes(metrics->oracle_excluded, classes, excluded);
    add(settings, "--calibration", "%s", sweep->evaluator.calibration ? "on" : "off");
    add(settings, "--row-flags", "%s", sweep->evaluator.row_flags ? "on" : "off");
    add(settings, "--oracle-cut", "%.17g", metrics->oracle_cut);
    add(settings, "--oracle-exclude", "%s", excluded);
    add(settings, "--oracle-rows", "%s",
        metrics->oracle_rows == RS_ORACLE_ROWS_NONEMPTY ? "nonempty" : "in-set");
    if (sweep->rated != NULL) { /* results without stay good without */
        add(settings, "--rater-scores", "%s", RS_HASH_TEXT(rs_rated_hash(sweep->rated)));
    }
    if (sweep->average_precision) { /* likewise */
        add(settings, "--average-precision", "on");
    }
    add(settings, "--keep-topk", "%" PRIu32, sweep->keep);
    if (sweep->has_row_range) {
        add(settings, "--row-range", "%" PRIu64 ":%" PRIu64, sweep->row_range.begin,
            sweep->row_range.end);
    } else {
        add(settings, "--row-range", "all");
    }
}

static rs_status hash_map(const rs_class_map *map, uint64_t *hash, rs_error *error)
{
    rs_hash_state *state = NULL;
    RS_TRY(rs_hash_begin(&state, error));
    rs_hash_update(state, &map->columns, sizeof map->columns);
    rs_hash_update(state, map->position_class, map->positions * sizeof map->position_class[0]);
    rs_hash_update(state, map->column_begin,
                   ((size_t)map->positions + 1) * sizeof map->column_begin[0]);
    rs_hash_update(state, map->column, map->column_begin[map->positions] * sizeof map->column[0]);
    *hash = rs_hash_end(state);
    return RS_OK;
}

static rs_status add_class_map(rs_sweep_settings *settings, const rs_class_map *map,
                               rs_error *error)
{
    uint64_t hash = 0;
    char text[RS_HASH_TEXT_BYTES] = "none";
    if (map != NULL) {
        RS_TRY(hash_map(map, &hash, error));
        (void)rs_hash_text(hash, text);
    }
    add(settings, "--class-map", "%s", text);
    return RS_OK;
}

/* Lists and maps count for what they say, not for their paths. */
static rs_status add_reading(rs_sweep_settings *settings, const rs_reading *reading,
                             rs_error *error)
{
    const rs_reading_options *const options = &reading->options;
    const rs_source_options *const source = &options->source;
    if (reading->order_kind == RS_ORDER_LIST) { /* dealt out or not */
        const size_t bytes = (size_t)rs_order_rows(reading->order) * sizeof(uint32_t);
        add(settings, "--order", "list %s",
            RS_HASH_TEXT(rs_hash(rs_order_get(reading->order), bytes)));
    } else {
        add(settings, "--order", "%s", options->order);
    }
    RS_TRY(add_class_map(settings, reading->class_map, error));
    add(settings, "--values", "%s", rs_values_name(options->values));
    add(settings, "--dtype", "%s", rs_dtype_name(source->dtype));
    add(settings, "--shape", "%" PRIu64 ",%" PRIu64, source->raw_rows, source->raw_columns);
    add(settings, "--tensor", "%s", source->tensor == NULL ? "none" : source->tensor);
    if (options->ensemble) {
        add(settings, RS_SETTING_ENSEMBLE, "%s",
            options->space == RS_SPACE_PROB ? "prob" : "logit");
    }
    return RS_OK;
}

rs_status rs_sweep_settings_make(const rs_sweep *sweep, const rs_reading *reading,
                                 rs_sweep_settings *settings, rs_error *error)
{
    *settings = (rs_sweep_settings){.count = 0};
    RS_TRY(add_topk(settings, &sweep->evaluator, error));
    add_metrics(settings, sweep);
    RS_TRY(add_further(settings, sweep, error)); /* results without stay good without */
    RS_TRY(add_slices(settings, sweep->slices, error));
    return add_reading(settings, reading, error);
}
