/* evaluator.h - scoring: rows of a model in, a tally out.
 */
#ifndef REASSESS_EVALUATOR_H
#define REASSESS_EVALUATOR_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reassess/labels.h"
#include "reassess/logits.h"
#include "reassess/status.h"
#include "reassess/tally.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum rs_backend { RS_BACKEND_AUTO = 0, RS_BACKEND_CPU, RS_BACKEND_CUDA } rs_backend;
typedef enum rs_isa {
    RS_ISA_AUTO = 0,
    RS_ISA_PORTABLE,
    RS_ISA_AVX2,
    RS_ISA_AVX512,
    RS_ISA_NEON /* of 64-bit Arm */
} rs_isa;

/* What the numbers of a row are. Probabilities lie between 0 and 1 and add up to 1: with
 * calibration, rows that do not are refused (RS_FORMAT). */
typedef enum rs_values {
    RS_VALUES_LOGITS = 0, /* of a softmax over the classes */
    RS_VALUES_PROBS,
    RS_VALUES_SIGMOID /* logits; each class is a yes-or-no question of its own */
} rs_values;

/* The half-open range of rows [begin, end). */
typedef struct rs_row_range {
    uint64_t begin;
    uint64_t end;
} rs_row_range;

/* Called from time to time while a pass runs, and asked whether to stop. */
typedef struct rs_watch {
    /* Told how many rows are finished so far, from any thread; may be NULL. */
    void (*rows_done)(void *context, uint64_t rows);
    void *context;
    const volatile sig_atomic_t *stop; /* non-zero: end with RS_INTERRUPTED; may be NULL */
} rs_watch;

/* What each row gave, for those who ask. The caller owns the arrays; row i of them is row
 * range.begin + i of the input. Any pointer may be NULL. */
typedef struct rs_row_results {
    uint32_t keep;       /* predictions wanted per row (at most RS_KEEP_MAX) */
    int32_t *prediction; /* [rows * keep] classes, best first; -1 beyond the last, or all
                            of them in an invalid row */
    double *value;       /* [rows * keep] their values; 0 beside a -1 */
    uint32_t *rank;      /* [rows] rank of the original label; 0: not known (unknown label, invalid
                            row, beyond the depth, no column of that class) */
    uint32_t *real_rank; /* [rows] best rank of the row's ReaL labels; 0 likewise */
    uint8_t *flags;      /* [rows] RS_ROW_* bits */
    bool wrong_only;     /* predictions and values are wanted only of rows whose original label is
                            not first; those of others, which are not searched for, may be
                            anything */
} rs_row_results;

enum { RS_DEVICE_LAST = 62 };                /* the highest number of a device */
#define RS_DEVICES_ALL (~UINT64_C(0))        /* every device there is */
enum { RS_KEEP_MAX = 1024 };
/* A NaN in the row; +inf its largest value; another column equal to the first prediction; all
 * columns equal, as of rows that were never written. */
enum { RS_ROW_NAN = 1, RS_ROW_INF = 2, RS_ROW_TIED = 4, RS_ROW_CONSTANT = 8 };

typedef struct rs_evaluator_options {
    rs_backend backend;
    rs_isa isa;              /* CPU engine; RS_UNSUPPORTED when this processor lacks it */
    unsigned threads;        /* 0: the processors of the affinity mask */
    uint32_t topk_count;     /* 0: top-1 and top-5 */
    uint32_t topk[RS_TOPK_MAX];
    bool calibration;
    rs_values values;        /* what the numbers are; only calibration asks */
    bool row_flags;
    const rs_class_map *class_map; /* NULL: column j is class j */
    int device;              /* CUDA engine, scorer of a device: which one, from 0 */
    uint64_t devices;        /* CUDA engine: a set of devices that share the rows, bit d for device
                                d, or RS_DEVICES_ALL; 0: `device` alone */
    uint64_t memory_bytes;   /* CUDA engine: memory of each device for rows under way; 0: 512 MB */
} rs_evaluator_options;

typedef struct rs_evaluator rs_evaluator;

typedef struct rs_engine_info {
    const char *name;   /* "cpu", "cuda" */
    char device[64];    /* "avx512", "NVIDIA H100" */
    unsigned threads;
    char products[64];  /* what multiplies matrices: "OpenBLAS 0.3.21", "plain C", "cuBLAS 13.0";
                           "" before the first product */
} rs_engine_info;

/* An evaluator holds an engine (threads, device) and can score any number of sources, one after the
 * other. *evaluator is NULL on failure. */
rs_status rs_evaluator_create(const rs_evaluator_options *options, rs_evaluator **evaluator,
                              rs_error *error);
void rs_evaluator_free(rs_evaluator *evaluator); /* NULL is fine */
const rs_engine_info *rs_evaluator_engine(const rs_evaluator *evaluator);
rs_values rs_evaluator_values(const rs_evaluator *evaluator);

/* Scores rows `range` of `source` (NULL: all of them) against `labels`, whose rows are in the order
 * of the source's rows (rs_labels_reorder). One pass over the bytes. *tally is made here and NULL
 * on failure; `results` and `watch` may be NULL. With a source of unknown length, results must have
 * room for every row of the labels. */
rs_status rs_evaluator_score(rs_evaluator *evaluator, const rs_labels *labels, rs_source *source,
                             const rs_row_range *range, rs_row_results *results,
                             const rs_watch *watch, rs_tally **tally, rs_error *error);

#ifdef __cplusplus
}
#endif
#endif
