/* deal.c - which row of the set each row of a gathered file is. */
#include "labels/deal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/error.h"

static const char *const kind_words[RS_DEAL_KINDS] = {"rows", "padded", "truncated", "batches",
                                                      "blocks"};

/* ---- as text ---- */

static bool parse_kind(const char *text, rs_deal_kind *kind)
{
    for (int k = 0; k < RS_DEAL_KINDS; ++k) {
        if (strcmp(text, kind_words[k]) == 0) {
            *kind = (rs_deal_kind)k;
            return true;
        }
    }
    return false;
}

bool rs_deal_parse(const char *text, rs_deal *deal)
{
    uint64_t ranks = 0;
    uint64_t batch = 0;
    *deal = (rs_deal){0};
    if (!rs_decimal(&text, &ranks) || ranks < 2 || ranks > RS_DEAL_RANKS_MAX) {
        return false;
    }
    if (text[0] == ':' && text[1] >= '0' && text[1] <= '9') {
        ++text;
        if (!rs_decimal(&text, &batch) || batch < 1 || batch > RS_DEAL_BATCH_MAX) {
            return false;
        }
    }
    deal->ranks = (uint32_t)ranks;
    deal->batch = (uint32_t)batch;
    if (*text == ':' && !parse_kind(text + 1, &deal->kind)) {
        return false;
    }
    return (*text == ':' || *text == '\0') && (deal->kind != RS_DEAL_BATCHES || batch > 0);
}

rs_status rs_deal_take(const char *text, rs_deal *deal, rs_error *error)
{
    return rs_deal_parse(text, deal)
               ? RS_OK
               : rs_fail(error, RS_USAGE, NULL, rs_nowhere(),
                         "write W[:B][:KIND], as in 8, 8:64 or 8:64:padded: processes, rows of a "
                         "batch, and rows, padded, truncated, batches or blocks",
                         "\"%s\" does not say how rows were dealt out", text);
}

void rs_deal_format(const rs_deal *deal, char *text, size_t size)
{
    char batch[16] = "";
    if (deal->batch > 0) {
        (void)snprintf(batch, sizeof batch, ":%" PRIu32, deal->batch);
    }
    (void)snprintf(text, size, "%" PRIu32 "%s%s%s", deal->ranks, batch,
                   deal->kind == RS_DEAL_ROWS ? "" : ":", /* the default is not said */
                   deal->kind == RS_DEAL_ROWS ? "" : kind_words[deal->kind]);
}

/* ---- what each rank has ---- */

static bool pads(const rs_deal *deal)
{
    return deal->kind == RS_DEAL_PADDED || deal->kind == RS_DEAL_TRUNCATED;
}

static uint32_t rows_of_rank(const rs_deal *deal, uint32_t rows, uint32_t rank)
{
    const uint32_t ranks = deal->ranks;
    if (pads(deal)) {
        return rows / ranks + (rows % ranks != 0);
    }
    if (deal->kind != RS_DEAL_BATCHES) {
        return rows / ranks + (rank < rows % ranks);
    }
    const uint32_t whole = rows / deal->batch; /* batches */
    const uint32_t rest = whole % ranks == rank ? rows % deal->batch : 0;
    return (whole / ranks + (rank < whole % ranks)) * deal->batch + rest;
}

static uint32_t row_of_rank(const rs_deal *deal, uint32_t rows, uint32_t rank, uint32_t k)
{
    const uint32_t ranks = deal->ranks;
    switch (deal->kind) {
    case RS_DEAL_BATCHES:
        return (k / deal->batch * ranks + rank) * deal->batch + k % deal->batch;
    case RS_DEAL_BLOCKS: {
        const uint32_t longer = rows % ranks;
        return rank * (rows / ranks) + (rank < longer ? rank : longer) + k;
    }
    case RS_DEAL_PADDED:
    case RS_DEAL_TRUNCATED:
        return (uint32_t)(((uint64_t)k * ranks + rank) % rows);
    default:
        return k * ranks + rank;
    }
}

/* ---- how they are joined ---- */

static bool joined_by_rank(const rs_deal *deal)
{
    return deal->batch == 0 || deal->kind == RS_DEAL_BATCHES;
}

/* Of all ranks together. */
static uint64_t dealt_rows(const rs_deal *deal, uint64_t rows)
{
    const uint64_t over = rows % deal->ranks;
    return pads(deal) && over > 0 ? rows + deal->ranks - over : rows;
}

uint64_t rs_deal_rows(const rs_deal *deal, uint64_t rows)
{
    return deal->kind == RS_DEAL_TRUNCATED ? rows : dealt_rows(deal, rows);
}

void rs_deal_places(const rs_deal *deal, uint32_t rows, uint32_t *place)
{
    const uint32_t longest = rows_of_rank(deal, rows, 0);
    const uint32_t step = joined_by_rank(deal) ? longest : deal->batch;
    const uint64_t all = rs_deal_rows(deal, rows);
    uint64_t at = 0;
    for (uint64_t begin = 0; begin < longest; begin += step) {
        for (uint32_t rank = 0; rank < deal->ranks; ++rank) {
            const uint64_t count = rows_of_rank(deal, rows, rank);
            const uint64_t end = begin + step < count ? begin + step : count;
            for (uint64_t k = begin; k < end && at < all; ++k) {
                place[at++] = row_of_rank(deal, rows, rank, (uint32_t)k);
            }
        }
    }
}

/* Whose row the i-th is where ranks are joined one behind the other. The first ranks have a row, or
 * a batch, more; behind them comes the one with the last batch, which may be short. */
static bool find_rank(const rs_deal *deal, uint32_t rows, uint32_t i, uint32_t *rank, uint32_t *k)
{
    const uint32_t unit = deal->kind == RS_DEAL_BATCHES ? deal->batch : 1;
    const uint64_t units = dealt_rows(deal, rows) / unit;
    const uint64_t longer = units % deal->ranks;
    const uint64_t short_rows = units / deal->ranks * unit;
    const uint64_t in_longer = longer * (short_rows + unit);
    uint64_t at = i;
    if (at < in_longer) {
        *rank = (uint32_t)(at / (short_rows + unit));
        *k = (uint32_t)(at % (short_rows + unit));
        return true;
    }
    at -= in_longer;
    *rank = (uint32_t)longer;
    if (at >= short_rows + rows % unit) {
        at -= short_rows + rows % unit;
        if (short_rows == 0) {
            return false;
        }
        *rank += 1 + (uint32_t)(at / short_rows);
        at %= short_rows;
    }
    *k = (uint32_t)at;
    return *rank < deal->ranks;
}

uint32_t rs_deal_place(const rs_deal *deal, uint32_t rows, uint32_t i)
{
    uint32_t rank = 0;
    uint32_t k = 0;
    if (joined_by_rank(deal)) {
        if (!find_rank(deal, rows, i, &rank, &k)) {
            return UINT32_MAX;
        }
    } else {
        const uint32_t batches = i / deal->batch;
        const uint32_t first = batches / deal->ranks * deal->batch; /* of the step */
        if (first + deal->batch > rows / deal->ranks) {
            return UINT32_MAX; /* the last step, to which the ranks do not all give a whole batch */
        }
        rank = batches % deal->ranks;
        k = first + i % deal->batch;
    }
    const uint32_t row = row_of_rank(deal, rows, rank, k);
    return row < rows ? row : UINT32_MAX;
}
