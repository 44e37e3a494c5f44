/* row_results.h - what each row of a chunk gave, on its way back to who asked.
 *
 * The arrays of a chunk lie behind each other in one buffer, on the device and on the host alike,
 * so that one copy brings them all.
 */
#ifndef RS_ROW_RESULTS_H
#define RS_ROW_RESULTS_H

#include "cuda/row_task.h"
#include "reassess/evaluator.h"

/* The widest array first, so that all are aligned. */
typedef struct rs_result_layout {
    uint64_t bytes; /* a row; 0: nothing is asked for */
    bool value, prediction, rank, real_rank, flags;
    uint32_t keep;
} rs_result_layout;

rs_result_layout rs_result_layout_of(const rs_row_results *results); /* NULL: none */

/* How many predictions a row has where they are needed on the device, asked for or not. */
static inline uint32_t rs_kept_on_device(const rs_result_layout *layout)
{
    return layout->keep > 0 ? layout->keep : 1;
}

/* The arrays of `rows` rows in a buffer of the device or of the host. */
rs_device_results rs_place_results(const rs_result_layout *layout, void *buffer, uint64_t rows);

/* Rows of a buffer on the host become rows `at`, at + 1, ... of `results`. */
void rs_deliver_results(const rs_result_layout *layout, void *buffer, uint64_t rows,
                        const rs_row_results *results, uint64_t at);

#endif
