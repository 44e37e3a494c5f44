/* score_averages.h - rows that are averages of softmaxes, scored without averaging them in double.
 *
 * Exponentials in float take a third of the time. What they give is scored where it is proved that
 * no count can differ from that of the averages in double: every label stands alone
 * (average_floats.h). Measures are right to some roundings of a float.
 */
#ifndef RS_SCORE_AVERAGES_H
#define RS_SCORE_AVERAGES_H

#include "engine/average_floats.h"
#include "engine/score_rows.h"

/* Room to work in; one per thread. */
typedef struct rs_average_scorer {
    const rs_averaging *of; /* NULL: rows are scored as they are read */
    const rs_average_floats *floats;
    const rs_row_kernel *narrow; /* of floats */
    const rs_row_kernel *wide;
    float *power[RS_BLENDED];
    float *average;
    double *room;
    unsigned char *mapped; /* a row of a member by positions */
    unsigned char *seen;   /* averages by positions of the pass's own map */

    /* Rows [begin, end) of each member: where they lie in memory, or read. */
    uint64_t begin;
    uint64_t end;
    const unsigned char *row[RS_BLENDED]; /* the first of them */
    uint64_t stride[RS_BLENDED];
    unsigned char *read[RS_BLENDED]; /* room for `room_rows` */
    uint64_t room_rows;
} rs_average_scorer;

/* `of` NULL: the source is no ensemble. The scorer is of the source. */
rs_status rs_average_scorer_init(rs_average_scorer *average, const rs_averaging *of,
                                 const rs_row_scorer *scorer, rs_isa isa, rs_error *error);
void rs_average_scorer_clear(rs_average_scorer *average);

/* Rows [first, end) of the source, as far as they can be scored like this; returns where they end.
 * *as_read gets how many behind that have to be scored as they are read. */
uint64_t rs_score_averages(rs_average_scorer *average, rs_row_scorer *scorer, uint64_t first,
                           uint64_t end, uint64_t *as_read);

#endif
