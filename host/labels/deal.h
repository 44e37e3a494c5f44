/* deal.h - rows that were dealt out over the processes ("ranks") of a job and gathered again.
 *
 * A distributed sampler gives each rank every W-th row; a batch sampler every W-th batch; a split
 * set, a block. Files of the ranks are then joined one behind the other, or their batches step by
 * step, and rows come out in an order that is neither of the images nor random. As text:
 *
 *     W[:B][:KIND]     8     8:64     8:64:padded     4:32:batches     8:64:blocks
 *
 * W ranks; B rows a batch, gathered step by step (without B: rank behind rank). KIND is how rows
 * are dealt:
 *     rows      rank r has rows r, r + W, r + 2 W, ... (default)
 *     padded    the same, all ranks as many: beyond the last row the first ones come again, as
 *               PyTorch's DistributedSampler does
 *     truncated the same, and of what came out only as many rows as there were
 *     batches   rank r has the batches r, r + W, ... of B rows; joined rank behind rank
 *     blocks    rank r has the r-th block of consecutive rows; the first blocks are a row longer
 *               where they cannot be alike
 */
#ifndef RS_DEAL_H
#define RS_DEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reassess/status.h"

typedef enum rs_deal_kind {
    RS_DEAL_ROWS = 0, /* the words are in this order in deal.c */
    RS_DEAL_PADDED,
    RS_DEAL_TRUNCATED,
    RS_DEAL_BATCHES,
    RS_DEAL_BLOCKS,
    RS_DEAL_KINDS
} rs_deal_kind;

enum { RS_DEAL_RANKS_MAX = 4096, RS_DEAL_BATCH_MAX = 1 << 20 };

typedef struct rs_deal {
    uint32_t ranks; /* at least 2 */
    uint32_t batch; /* 0: rank behind rank */
    rs_deal_kind kind;
} rs_deal;

/* False when the text is none. */
bool rs_deal_parse(const char *text, rs_deal *deal);
/* The same, and the words for one that is none. */
rs_status rs_deal_take(const char *text, rs_deal *deal, rs_error *error);
/* "8:64:padded" */
void rs_deal_format(const rs_deal *deal, char *text, size_t size);

/* How many rows come out of `rows`: more than these where it says padded. */
uint64_t rs_deal_rows(const rs_deal *deal, uint64_t rows);

/* place[i]: which of the `rows` rows (1 at least) the i-th that comes out is; rs_deal_rows of
 * them. */
void rs_deal_places(const rs_deal *deal, uint32_t rows, uint32_t *place);

/* The same of one row; UINT32_MAX, for "look at rs_deal_places", in the last step of rows that are
 * joined step by step. */
uint32_t rs_deal_place(const rs_deal *deal, uint32_t rows, uint32_t i);

#endif
