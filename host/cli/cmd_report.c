/* cmd_report.c - reassess report: a folder of results as one HTML file. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/load_labels.h"
#include "cli/output.h"
#include "cli/people.h"
#include "cli/report_golden.h"
#include "relabel/aggregate.h"
#include "relabel/tasks.h"
#include "report/wording.h"
#include "sweep/model_costs.h"
#include "sweep/report_gather.h"

static rs_status check_arguments(const rs_arguments *arguments, rs_error *error)
{
    RS_REFUSE(arguments->positional.count != 1, error, "see reassess help report",
              "one folder of results is needed, %zu were given", arguments->positional.count);
    RS_REFUSE(!rs_given(arguments, RS_OPT_OUT), error, "see reassess help report",
              "-o FILE.html is needed");
    return RS_OK;
}

static void warn_of_missing(const rs_report *report)
{
    size_t without = 0;
    for (size_t i = 0; i < report->count; ++i) {
        without += report->model[i].real_right == NULL;
    }
    if (without > 0) {
        rs_warn("%zu of %zu model%s no predictions in the folder: ranks and confusions (without "
                "a tally classes too) are about the others",
                without, report->count, report->count == 1 ? " has" : "s have");
    }
    if (report->parts_left_out > 0) {
        rs_warn("%zu record%s left out; reassess merge --out joins them", report->parts_left_out,
                report->parts_left_out == 1 ? " of a row range is" : "s of row ranges are");
    }
    if (report->failure_count > 0) {
        rs_warn("%zu model%s last run; the notes of the report say why", report->failure_count,
                report->failure_count == 1 ? " failed in its" : "s failed in their");
    }
}

typedef struct report_state {
    rs_labels *labels;
    bool *excluded;
    rs_people people;
    rs_mistakes_setup mistakes;
    rs_gallery gallery;
    rs_report_golden golden;
    rs_report_source source;
} report_state;

static rs_status take_people(const rs_arguments *arguments, report_state *state, rs_error *error)
{
    const bool scored = rs_given(arguments, RS_OPT_RATER_SCORES);
    const bool answered = rs_given(arguments, RS_OPT_ANSWERS);
    const bool wanted = rs_given(arguments, RS_OPT_IMAGES) || rs_given(arguments, RS_OPT_GOLDEN);
    if (!scored && !answered && !wanted) {
        return rs_given(arguments, RS_OPT_FILES)
                   ? rs_usage(error, "--files names images for --images, --golden, --rater-scores "
                                     "or --answers, and none is given")
                   : RS_OK;
    }
    if (!scored && !answered) {
        return rs_image_rows_read(rs_value(arguments, RS_OPT_FILES, NULL),
                                  rs_labels_get_view(state->labels)->rows, &state->people.images,
                                  error);
    }
    state->mistakes = (rs_mistakes_setup){.threshold = RS_DEFAULT_THRESHOLD,
                                          .near = RS_NEAR_THRESHOLD};
    return rs_people_read(arguments, state->labels, &state->people, &state->mistakes, error);
}

/* Where the pictures of the gallery are. */
static rs_status take_images(const rs_arguments *arguments, report_state *state, rs_error *error)
{
    state->gallery.url = rs_value(arguments, RS_OPT_IMAGES, NULL);
    state->gallery.images = &state->people.images;
    if (state->gallery.url == NULL) {
        return RS_OK;
    }
    RS_TRY(rs_image_url_check(state->gallery.url, error));
    if (strstr(state->gallery.url, "{synset}") != NULL &&
        rs_labels_synset(state->labels, 0) == NULL) {
        return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(), "give --synsets",
                       "--images asks for the {synset} of classes, which is not known");
    }
    return RS_OK;
}

static rs_status gather(const rs_context *context, report_state *state, rs_error *error)
{
    const rs_arguments *arguments = context->arguments;
    rs_report_options options = {.metrics = {.oracle_cut = 0.9}, .stop = context->catch_signals()};
    rs_metrics_options *const metrics = &options.metrics;
    RS_TRY(rs_load_labels(arguments, RS_LABELS_BOTH, &state->labels, error));
    RS_TRY(rs_load_excluded(arguments, state->labels, &state->excluded, error));
    RS_TRY(rs_take_fraction(arguments, RS_OPT_ORACLE_CUT, &metrics->oracle_cut, error));
    metrics->oracle_rows =
        (rs_oracle_rows)rs_choice(arguments, RS_OPT_ORACLE_ROWS, RS_ORACLE_ROWS_IN_SET);
    metrics->oracle_excluded = state->excluded;
    options.labels = state->labels;
    RS_TRY(take_people(arguments, state, error));
    options.people = state->mistakes.labels == NULL ? NULL : &state->mistakes;
    RS_TRY(take_images(arguments, state, error));
    if (rs_given(arguments, RS_OPT_GOLDEN)) {
        RS_TRY(rs_report_golden_read(arguments, state->labels, &state->people, &state->golden,
                                     error));
    }
    options.gallery = state->gallery.url == NULL ? NULL : &state->gallery;
    RS_TRY(rs_report_gather(&options, arguments->positional.value[0], &state->source, error));
    const char *const meta = rs_value(arguments, RS_OPT_META, NULL);
    if (meta != NULL) {
        RS_TRY(rs_model_costs_read(meta, &state->source.report, error));
    }
    state->source.report.golden =
        rs_given(arguments, RS_OPT_GOLDEN) ? &state->golden.figure : NULL;
    state->source.report.judged = state->mistakes.answers != NULL;
    state->source.report.circular = state->people.circular;
    state->source.report.title = rs_value(arguments, RS_OPT_TITLE, NULL);
    state->source.report.animals_excluded =
        rs_labels_are_ilsvrc(state->labels) && !rs_given(arguments, RS_OPT_ORACLE_EXCLUDE);
    return RS_OK;
}

static rs_status write_page(const char *path, const rs_report *report, rs_outputs *outputs,
                            size_t *bytes, rs_error *error)
{
    rs_text page = {0};
    rs_report_html(report, &page);
    *bytes = page.length;
    return rs_outputs_add(outputs, path, &page, error);
}

static void warn_of_picture(const char *path, const rs_report *report)
{
    const rs_gallery *const gallery = report->gallery;
    rs_text lost = {0};
    if (gallery != NULL && gallery->wrong.count + gallery->against.count > 0) {
        char made[RS_IMAGE_NAME_BYTES];
        const uint64_t row =
            (gallery->wrong.count > 0 ? &gallery->wrong : &gallery->against)->image[0].row;
        const int32_t original = rs_labels_get_view(report->labels)->original[row];
        rs_image_lost(gallery->url, rs_image_rows_name(gallery->images, row, made), original,
                      original < 0 ? NULL : rs_labels_synset(report->labels, (uint32_t)original),
                      path, &lost);
    }
    if (lost.length > 0) {
        rs_warn("%s: the first picture is not there: %s; --images says where pictures are, seen "
                "from the page",
                path, lost.data);
    }
    rs_text_clear(&lost);
}

/* The last line: where the page is, and whether it can be mailed. */
static void say_done(const char *path, const rs_report *report, size_t bytes)
{
    if (strcmp(path, "-") != 0) {
        rs_say("", "%s: %zu model%s, %zu KB", path, report->count, rs_plural(report->count),
               (bytes + 1023) / 1024);
    }
}

rs_status rs_command_report(const rs_context *context, rs_error *error)
{
    const rs_arguments *arguments = context->arguments;
    report_state state = {.people = rs_people_make()};
    const char *const path = rs_value(arguments, RS_OPT_OUT, NULL);
    rs_outputs outputs = rs_outputs_begin(context);
    rs_status status = RS_OK;
    size_t bytes = 0;
    RS_TRY(check_arguments(arguments, error));
    RS_TRY_DONE(gather(context, &state, error));
    warn_of_missing(&state.source.report);
    status = write_page(path, &state.source.report, &outputs, &bytes, error);
    status = rs_outputs_end(&outputs, status, error);
    if (status == RS_OK) {
        warn_of_picture(path, &state.source.report);
        say_done(path, &state.source.report, bytes);
    }
done:
    rs_report_source_clear(&state.source);
    rs_report_golden_clear(&state.golden);
    rs_people_clear(&state.people);
    free(state.excluded);
    rs_labels_free(state.labels);
    return status;
}
