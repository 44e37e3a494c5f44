/* fit_settings.c - options into heads: losses, rows and rates, each with each. */
#include "cli/fit_settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/error.h"

enum { RATES_MAX = 16, BATCH_DEFAULT = 256, EPOCHS_DEFAULT = 30 };

/* Rates as they were written, which is what heads are called by. */
typedef struct rates {
    double value[RATES_MAX];
    char text[RATES_MAX][24];
    size_t count;
} rates;

/* Whether the rate of `length` characters can be the next one: heads are called by what is written,
 * and two of one name could not be told apart. */
static bool is_next_rate(const rates *taken, const char *text, size_t length, double rate)
{
    bool good = rate > 0.0 && rate <= 1e9 && length < sizeof taken->text[0] &&
                strspn(text, "0123456789.eE+-") == length;
    for (size_t i = 0; i < taken->count; ++i) {
        good = good && taken->value[i] != rate;
    }
    return good;
}

static rs_status take_rates(const rs_arguments *arguments, rates *taken, rs_error *error)
{
    const char *const value = rs_value(arguments, RS_OPT_LR, NULL);
    *taken = (rates){.count = 1};
    if (value == NULL) {
        return RS_OK;
    }
    taken->count = 0;
    for (const char *at = value;; ++at) {
        char *end = NULL;
        const size_t i = taken->count;
        const double rate = i < RATES_MAX ? strtod(at, &end) : 0.0;
        if (i >= RATES_MAX || !is_next_rate(taken, at, (size_t)(end - at), rate) ||
            (*end != ',' && *end != '\0')) {
            return rs_fail_option(error, RS_OPT_LR, value,
                                  "up to 16 different numbers above 0, as in 0.1 or 0.1,0.01");
        }
        taken->value[i] = rate;
        (void)snprintf(taken->text[i], sizeof taken->text[i], "%.*s", (int)(end - at), at);
        taken->count += 1;
        at = end;
        if (*at == '\0') {
            return RS_OK;
        }
    }
}

static rs_status take_epochs(const rs_arguments *arguments, rs_fit_settings *settings,
                             rs_error *error)
{
    const char *const value = rs_value(arguments, RS_OPT_EPOCHS, NULL);
    rs_fit_options *const options = &settings->options;
    options->epochs = settings->epochs;
    if (value == NULL) {
        settings->epochs[0] = EPOCHS_DEFAULT;
        options->epoch_count = 1;
        return RS_OK;
    }
    for (const char *at = value;; ++at) {
        const uint64_t last =
            options->epoch_count == 0 ? 0 : settings->epochs[options->epoch_count - 1];
        uint64_t epoch = 0;
        if (options->epoch_count == RS_FIT_EPOCHS_MAX || !rs_decimal(&at, &epoch) ||
            epoch <= last || epoch > 1000000 || (*at != ',' && *at != '\0')) {
            return rs_fail_option(error, RS_OPT_EPOCHS, value,
                                  "up to 64 ascending numbers from 1 on, as in 30 or 10,30,100");
        }
        settings->epochs[options->epoch_count++] = epoch;
        if (*at == '\0') {
            return RS_OK;
        }
    }
}

static rs_status take_keep(const rs_arguments *arguments, rs_fit_keep *keep, rs_error *error)
{
    const char *const kept = rs_value(arguments, RS_OPT_KEEP, NULL);
    const char *const dropped = rs_value(arguments, RS_OPT_DROP, NULL);
    RS_REFUSE(kept != NULL && dropped != NULL, error, NULL,
              "--keep and --drop cannot be had together: give one of the lists");
    keep->path = kept != NULL ? kept : dropped;
    keep->drop = dropped != NULL;
    keep->files_path = rs_value(arguments, RS_OPT_FILES, NULL);
    RS_REFUSE(rs_given(arguments, RS_OPT_GRID) && keep->path == NULL, error,
              "reassess clean -o writes such a list",
              "--grid trains on all rows and on the kept ones: --keep or --drop says "
              "which these are");
    RS_REFUSE(rs_given(arguments, RS_OPT_GRID) && rs_given(arguments, RS_OPT_LOSS), error, NULL,
              "--grid trains by both losses: leave out --loss");
    return RS_OK;
}

static void add_head(rs_fit_settings *settings, const char *name, rs_loss loss, bool kept,
                     const rates *at)
{
    for (size_t r = 0; r < at->count; ++r) {
        rs_fit_head *const head = &settings->heads[settings->options.head_count++];
        *head = (rs_fit_head){.loss = loss, .kept = kept, .lr = at->value[r]};
        if (at->count == 1) {
            (void)snprintf(head->name, sizeof head->name, "%s", name);
        } else {
            (void)snprintf(head->name, sizeof head->name, "%s%slr%s", name,
                           name[0] == '\0' ? "" : ".", at->text[r]);
        }
    }
}

static void add_heads(const rs_arguments *arguments, rs_fit_settings *settings, const rates *at)
{
    settings->options.heads = settings->heads;
    if (rs_given(arguments, RS_OPT_GRID)) {
        add_head(settings, "softmax.all", RS_LOSS_SOFTMAX, false, at);
        add_head(settings, "softmax.kept", RS_LOSS_SOFTMAX, true, at);
        add_head(settings, "sigmoid.all", RS_LOSS_SIGMOID, false, at);
        add_head(settings, "sigmoid.kept", RS_LOSS_SIGMOID, true, at);
    } else {
        add_head(settings, "", (rs_loss)rs_choice(arguments, RS_OPT_LOSS, RS_LOSS_SOFTMAX),
                 settings->keep.path != NULL, at);
    }
}

static rs_status take_labels(const rs_arguments *arguments, rs_fit_settings *settings,
                             rs_error *error)
{
    settings->sets = rs_given(arguments, RS_OPT_REAL);
    RS_REFUSE(!rs_given(arguments, RS_OPT_FEATURES), error, "see reassess help fit",
              "--features FILE is needed: what the heads are trained on");
    RS_REFUSE(settings->sets == rs_given(arguments, RS_OPT_LABELS), error, "see reassess help fit",
              settings->sets ? "--labels and --real cannot be had together: heads learn "
                               "one class a row, or sets"
                             : "--labels FILE is needed, or --real FILE for sets of "
                               "labels: what the heads learn");
    RS_REFUSE(arguments->positional.count > 0, error, NULL,
              "fit takes no MODEL: give the features with --features");
    return RS_OK;
}

rs_status rs_fit_settings_take(const rs_arguments *arguments, rs_fit_settings *settings,
                               rs_error *error)
{
    rs_fit_options *const options = &settings->options;
    rates at;
    *settings = (rs_fit_settings){
        .options = {.batch = BATCH_DEFAULT, .momentum = 0.9, .seed = 1},
        .default_rate = !rs_given(arguments, RS_OPT_LR),
    };
    RS_TRY(take_labels(arguments, settings, error));
    RS_TRY(take_rates(arguments, &at, error));
    RS_TRY(take_epochs(arguments, settings, error));
    RS_TRY(take_keep(arguments, &settings->keep, error));
    RS_TRY(rs_take_u64(arguments, RS_OPT_BATCH, 1, 1 << 20, &options->batch, error));
    RS_TRY(rs_take_u64(arguments, RS_OPT_SEED, 0, RS_SEED_MAX, &options->seed, error));
    RS_TRY(rs_take_fraction(arguments, RS_OPT_MOMENTUM, &options->momentum, error));
    RS_TRY(rs_take_number(arguments, RS_OPT_WEIGHT_DECAY, 1e9, "a number from 0 on",
                          &options->weight_decay, error));
    options->schedule = (rs_schedule)rs_choice(arguments, RS_OPT_SCHEDULE, RS_SCHEDULE_COSINE);
    options->init = (rs_init)rs_choice(arguments, RS_OPT_INIT, RS_INIT_PRIOR);
    add_heads(arguments, settings, &at);
    RS_REFUSE(options->momentum >= 1.0, error, NULL,
              "--momentum 1: steps would never end; it is below 1, as in 0.9");
    return RS_OK;
}
