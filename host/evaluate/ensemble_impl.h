/* ensemble_impl.h - a source of averages: ensemble.c opens it, ensemble_rows.c averages. */
#ifndef RS_ENSEMBLE_IMPL_H
#define RS_ENSEMBLE_IMPL_H

#include "engine/average_row.h"
#include "engine/engine.h"
#include "formats/source_impl.h"
#include "reassess/ensemble.h"

typedef struct rs_ensemble {
    rs_source base;
    rs_ensemble_info info;
    rs_source **member;
    const rs_source_info **member_info;
    double *weight;
    bool *looks_different;
    double scale; /* of the weighted sums */
    bool softmax;
    bool sigmoid; /* averages of p = 1 / (1 + e^-x), which come out as logits again */
    const rs_class_map *map;
    const rs_average_kernel *kernel;
    bool direct;      /* rows in memory are averaged one by one */
    bool blends;      /* and are values of one type that are added as they are */
    uint32_t columns; /* of the members */
    uint64_t group_rows;
    rs_averaging averaging;
} rs_ensemble;

/* Of the sums that averages are made of. */
static inline uint64_t rs_ensemble_sums(const rs_ensemble *of)
{
    return of->base.info.columns * (of->sigmoid ? 2u : 1u);
}

/* Of the table of the source. */
rs_status rs_ensemble_read(rs_source *source, uint64_t first_row, uint64_t rows, void *out,
                           uint64_t *rows_read, rs_error *error);

#endif
