/* options_fuzz.c - any bytes as the arguments of a command: a byte that chooses the command, then
 * the arguments, each ended by a zero byte. They are parsed by the table of options, and each value
 * is taken in every way that commands take one; what is taken must be in its range. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/eval_settings.h"
#include "cli/fit_settings.h"
#include "cli/rater_tasks.h"
#include "cli/real_option.h"
#include "cli/task_options.h"
#include "labels/deal.h"
#include "sweep/shard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARGUMENTS_MAX = 64, CLASSES = 1000 };

static void require(int condition)
{
    if (!condition) {
        abort();
    }
}

static void check(rs_status status, const rs_error *error)
{
    require(status == RS_OK || (error->status == status && error->reason[0] != '\0'));
}

static void take_numbers(const rs_arguments *arguments, rs_option_id id)
{
    uint64_t whole = 7;
    uint64_t bytes = 4096;
    double fraction = 0.5;
    double number = 0.5;
    rs_error error = {.status = RS_OK};
    check(rs_take_u64(arguments, id, 3, 99, &whole, &error), &error);
    require(whole >= 3 && whole <= 99);
    error = (rs_error){.status = RS_OK};
    check(rs_take_bytes(arguments, id, 1024, UINT64_C(1) << 40, &bytes, &error), &error);
    require(bytes >= 1024 && bytes <= UINT64_C(1) << 40);
    error = (rs_error){.status = RS_OK};
    check(rs_take_fraction(arguments, id, &fraction, &error), &error);
    require(fraction >= 0.0 && fraction <= 1.0);
    error = (rs_error){.status = RS_OK};
    check(rs_take_number(arguments, id, 12.5, "a number", &number, &error), &error);
    require(number >= 0.0 && number <= 12.5);
}

static void take_classes(const rs_arguments *arguments, rs_option_id id)
{
    bool excluded[CLASSES] = {false};
    rs_error error = {.status = RS_OK};
    check(rs_take_classes(arguments, id, CLASSES, excluded, &error), &error);
}

static void take_lists(const rs_arguments *arguments)
{
    rs_error error = {.status = RS_OK};
    uint32_t topk[RS_TOPK_MAX];
    uint32_t count = 0;
    if (rs_take_topk(arguments, topk, &count, &error) == RS_OK) {
        require(count <= RS_TOPK_MAX);
        for (uint32_t i = 0; i < count; ++i) {
            require(topk[i] >= 1);
        }
    }
    rs_row_range range = {0, 1};
    error = (rs_error){.status = RS_OK};
    rs_status status = rs_take_row_range(arguments, &range, &error);
    check(status, &error);
    require(status != RS_OK || range.begin < range.end);
    uint64_t rows = 0;
    uint64_t columns = 1;
    error = (rs_error){.status = RS_OK};
    status = rs_take_shape(arguments, &rows, &columns, &error);
    check(status, &error);
    require(status != RS_OK || columns >= 1);
    double *weights = NULL;
    error = (rs_error){.status = RS_OK};
    status = rs_take_weights(arguments, 3, &weights, &error);
    check(status, &error);
    for (int i = 0; status == RS_OK && weights != NULL && i < 3; ++i) {
        require(weights[i] > 0.0 && isfinite(weights[i]));
    }
    free(weights);
    uint64_t devices = 0;
    error = (rs_error){.status = RS_OK};
    check(rs_take_devices(arguments, &devices, &error), &error);
    rs_shard shard;
    const char *const text = rs_value(arguments, RS_OPT_SHARD, "0/1");
    error = (rs_error){.status = RS_OK};
    require(rs_shard_parse(text, &shard, &error) != RS_OK || shard.index < shard.count);
}

/* A deal is one that its own text gives again, and puts every row somewhere. */
static void take_deal(const rs_arguments *arguments)
{
    enum { ROWS = 97, PLACES = 2 * RS_DEAL_RANKS_MAX };
    static uint32_t place[PLACES];
    char text[64];
    rs_deal deal;
    rs_deal again;
    rs_error error = {.status = RS_OK};
    const rs_status status = rs_deal_take(rs_value(arguments, RS_OPT_DEAL, "2"), &deal, &error);
    check(status, &error);
    if (status != RS_OK) {
        return;
    }
    rs_deal_format(&deal, text, sizeof text);
    require(rs_deal_parse(text, &again) && again.ranks == deal.ranks && again.batch == deal.batch &&
            again.kind == deal.kind);
    const uint64_t rows = rs_deal_rows(&deal, ROWS);
    require(deal.ranks >= 2 && rows >= ROWS && rows < ROWS + deal.ranks && rows <= PLACES);
    rs_deal_places(&deal, ROWS, place);
    for (uint32_t i = 0; i < rows; ++i) {
        const uint32_t alone = rs_deal_place(&deal, ROWS, i);
        require(place[i] < ROWS && (alone == UINT32_MAX || alone == place[i]));
    }
}

/* Label sets by name: the name is a part of the value, and the path what is behind it. */
static void take_sets(const rs_arguments *arguments)
{
    rs_error error = {.status = RS_OK};
    for (size_t i = 0; i < arguments->option[RS_OPT_REAL].count; ++i) {
        const char *const value = arguments->option[RS_OPT_REAL].value[i];
        const int length = rs_set_name_length(value);
        const char *const path = rs_set_path(value);
        require(length < 0 ? path == value : path == value + length + 1 && path[-1] == '=');
    }
    check(rs_check_label_sets(arguments, &error), &error);
}

static void take_settings(const rs_arguments *arguments)
{
    static rs_fit_settings fit;
    rs_task_options tasks;
    rs_rater_tasks raters = {.per_image = 0};
    rs_error error = {.status = RS_OK};
    const unsigned bit = arguments->command->bit;
    if ((bit & RS_CMD_FIT) != 0) {
        const rs_status status = rs_fit_settings_take(arguments, &fit, &error);
        check(status, &error);
        require(status != RS_OK || (fit.options.head_count >= 1 && fit.options.batch >= 1 &&
                                    fit.options.head_count <= RS_FIT_HEADS_MAX));
    }
    if ((bit & RS_CMD_TASKS) != 0) {
        check(rs_task_options_take(arguments, &tasks, &error), &error);
        error = (rs_error){.status = RS_OK};
        check(rs_rater_tasks_take(arguments, &raters, &error), &error);
        rs_rater_tasks_clear(&raters);
    }
}

static void take_all(const rs_arguments *arguments)
{
    rs_eval_settings settings;
    rs_error error = {.status = RS_OK};
    for (int id = 0; id < RS_OPTIONS; ++id) {
        if (rs_given(arguments, (rs_option_id)id) && rs_options[id].kind != RS_OPTION_FLAG) {
            take_numbers(arguments, (rs_option_id)id);
            take_classes(arguments, (rs_option_id)id);
        }
    }
    take_lists(arguments);
    take_deal(arguments);
    take_sets(arguments);
    take_settings(arguments);
    if ((arguments->command->bit & (RS_CMD_EVAL | RS_CMD_SWEEP)) != 0) {
        check(rs_eval_settings_take(arguments, &settings, &error), &error);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *argv[ARGUMENTS_MAX + 2] = {"command"};
    rs_arguments arguments;
    rs_error error = {.status = RS_OK};
    int argc = 1;
    if (size == 0) {
        return 0;
    }
    char *const text = malloc(size);
    require(text != NULL);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    for (char *at = text; at < text + size - 1 && argc <= ARGUMENTS_MAX; at += strlen(at) + 1) {
        argv[argc++] = at;
    }
    const rs_status status =
        rs_arguments_parse(&rs_commands[data[0] % RS_COMMANDS], argc, argv, &arguments, &error);
    check(status, &error);
    if (status == RS_OK) {
        take_all(&arguments);
    }
    rs_arguments_clear(&arguments);
    free(text);
    return 0;
}
