/* trend_fuzz.c - any bytes as one CSV of accuracies, and as two, cut at the first form feed.
 *
 * What was read must be accuracies, and a trend must come of them.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/trend_csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition)
{
    if (!condition) {
        abort();
    }
}

static void use_table(const rs_trend_table *table)
{
    const rs_trend_options options = {.replicates = 3, .seed = 1, .labels_total = 0};
    rs_trend trend;
    for (size_t i = 0; i < table->count; ++i) {
        require(table->point[i].imagenet >= 0.0 && table->point[i].imagenet <= 1.0);
        require(table->point[i].real >= 0.0 && table->point[i].real <= 1.0);
        require(table->point[i].name[0] != '\0');
    }
    require(rs_trend_compute(table->point, table->count, &options, &trend, NULL) == RS_OK);
    for (size_t i = 0; i < trend.count; ++i) {
        require(i == 0 || trend.model[i].point.imagenet >= trend.model[i - 1].point.imagenet);
        require(isfinite(trend.model[i].line_residual) && isfinite(trend.model[i].trend_residual));
    }
    require(trend.stick.reason != NULL ||
            (trend.stick.interval.low <= trend.stick.interval.high && trend.stick.rss >= 0.0 &&
             trend.stick.f >= 0.0 && trend.stick.rss <= trend.stick.line_rss * (1 + 1e-6)));
    rs_trend_clear(&trend);
}

static void parse(const char *first, const char *second)
{
    rs_trend_table table = {0};
    rs_error error = {.status = RS_OK};
    char *const texts[2] = {strdup(first), second == NULL ? NULL : strdup(second)};
    require(texts[0] != NULL && (second == NULL || texts[1] != NULL));
    const rs_trend_text imagenet = {"first", texts[0]};
    const rs_trend_text real = {"second", texts[1]};
    const rs_status status = rs_trend_table_parse(&imagenet, second == NULL ? NULL : &real,
                                                  RS_TREND_UNIT_AUTO, NULL, &table, &error);
    if (status == RS_OK) {
        use_table(&table);
    } else {
        require(error.status == status && error.reason[0] != '\0');
    }
    rs_trend_table_clear(&table);
    free(texts[0]);
    free(texts[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *const text = malloc(size + 1);
    require(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    parse(text, NULL);
    char *const cut = strchr(text, '\f');
    if (cut != NULL) {
        *cut = '\0';
        parse(text, cut + 1);
    }
    free(text);
    return 0;
}
