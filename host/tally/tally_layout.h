/* tally_layout.h - where each counter of a tally lies.
 *
 * A tally's model-dependent counters are one flat array of integers, so that a thread, a thread
 * block or a device can keep a private copy and adding copies is adding arrays. This header is the
 * one place that knows the order; it compiles as C, C++ and CUDA.
 *
 *     [0, RS_COUNT_SCALARS)                          scalars below
 *     then (classes + 1) blocks of `class_stride`     one per original class, the last for rows
 *                                                     whose original label is unknown
 *     then `classes` blocks of RS_CHOICE_COUNTERS     one per original class
 *     then the calibration counters, if asked for     RS_CALIB_SCALARS + 15 bins * RS_BIN_COUNTERS
 *
 * What depends on the labels alone (images of a class, set sizes) is not in here: the tally keeps
 * it apart, because it is the same for every model and no engine has to count it.
 */
#ifndef RS_TALLY_LAYOUT_H
#define RS_TALLY_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/host_device.h"
#include "reassess/tally.h"

/* Scalars. "First", "second", "third": pred_i(1), pred_i(2), pred_i(3) is in R_i. */
enum {
    RS_COUNT_NAN_ROWS = 0,
    RS_COUNT_INF_ROWS,             /* largest value is +inf */
    RS_COUNT_TIED_ROWS,            /* another column equals the first prediction; only if asked */
    RS_COUNT_2_FIRST,              /* over rows with |R_i| >= 2: first */
    RS_COUNT_2_SECOND,             /*   second */
    RS_COUNT_2_FIRST_SECOND,       /*   first and second */
    RS_COUNT_3_FIRST,              /* over rows with |R_i| >= 3: first */
    RS_COUNT_3_THIRD,              /*   third */
    RS_COUNT_3_FIRST_THIRD,        /*   first and third */
    RS_COUNT_3_FIRST_SECOND,       /*   first and second */
    RS_COUNT_3_FIRST_SECOND_THIRD, /*   first, second and third */
    RS_COUNT_DIFFER_PREDICTION,    /* rows with known y_i, R_i not empty, pred_i(1) != y_i: only */
    RS_COUNT_DIFFER_LABEL,         /*   the prediction in R_i; only the label; both; neither */
    RS_COUNT_DIFFER_BOTH,
    RS_COUNT_DIFFER_NEITHER,
    RS_COUNT_CONSTANT_ROWS,        /* all columns equal */
    RS_COUNT_LOOKED_ROWS,          /* valid rows in which a tie was looked for: a sample, */
    RS_COUNT_LOOKED_TIED_ROWS,     /*   and those of it that have one */
    RS_COUNT_SCALARS,
    RS_FORM_2_SCALARS = RS_COUNT_CONSTANT_ROWS /* tally files of forms 1 and 2 */
};

/* Ties are looked for in rows whose number has none of these bits: all of up to 1,024 rows, 513 to
 * 1,024 of more. Which they are hangs on the number of images alone, so parts add up. */
static inline RS_HOST_DEVICE uint32_t rs_look_mask(uint64_t rows)
{
    uint32_t mask = 0;
    while (rows > 1024u * ((uint64_t)mask + 1u)) {
        mask = 2u * mask + 1u;
    }
    return mask;
}

/* Per class, before the topk counters. */
enum {
    RS_CLASS_ORACLE_CORRECT = 0, /* y_i in R_i and pred_i(1) == y_i */
    RS_CLASS_NONEMPTY_CORRECT,   /* R_i not empty and pred_i(1) == y_i */
    RS_CLASS_ORACLE_SHARE,       /* over RS_CLASS_ORACLE_CORRECT: 1/|R_i|, in units of 2^-32 */
    RS_CLASS_FIXED               /* then imagenet_topK for each K, then real_topK for each K */
};

/* 1/|R_i| in these units, rounded: an integer, so that it adds up; 2^32 rows fit. In 32 bits, since
 * devices divide by a loop: what 2^32 - 1 leaves, one and the half that rounds are less than two
 * sizes. */
static inline RS_HOST_DEVICE uint64_t rs_oracle_share(uint32_t set_size)
{
    if (set_size <= 1u) {
        return UINT64_C(1) << 32;
    }
    const uint32_t share = UINT32_MAX / set_size;
    const uint32_t left = UINT32_MAX - share * set_size + 1u;
    return share + (left >= set_size - set_size / 2u ? 1u : 0u);
}

/* Nearly all sets are smaller: who cannot wait for a division has a table of these shares. */
enum { RS_SMALL_SETS = 16 };

/* The choice among valid labels, per class, in a place of its own so that what every row meets
 * stays close together. Over rows with y_i in R_i, |R_i| >= 2 and pred_i(1) in R_i: how many have
 * pred_i(1) == y_i, and how many have sets of each size: counter |R_i| - 1, the last one for all
 * larger sets. The sizes that a class has among those are in the counts of the labels. */
enum {
    RS_CHOICE_ORIGINAL = 0,
    RS_CHOICE_SIZED = 1, /* sets of 2 labels; then of 3, ... */
    RS_CHOICE_LARGE = 15,
    RS_CHOICE_COUNTERS,
    RS_CHOICE_LARGE_SIZE = RS_CHOICE_LARGE + 1 /* the smallest set counted there */
};

/* A sum of non-negative reals is two counters: whole parts, and fractions in units of 2^-32. Each
 * is a plain integer sum, so neither carries nor the order of adding matter, and with fewer than
 * 2^32 rows and values below 2^31 neither can overflow. */
#define RS_FIXED_ONE 4294967296.0
#define RS_FIXED_LIMIT 2147483648.0

enum {
    RS_CALIB_ROWS = 0,      /* rows with finite values */
    RS_CALIB_NLL_ROWS,      /* of them with a known original label */
    RS_CALIB_NLL_WHOLE, RS_CALIB_NLL_FRACTION,
    RS_CALIB_REAL_NLL_ROWS, /* of them with a non-empty set */
    RS_CALIB_REAL_NLL_WHOLE, RS_CALIB_REAL_NLL_FRACTION,
    RS_CALIB_CONFIDENCE_WHOLE, RS_CALIB_CONFIDENCE_FRACTION,
    RS_CALIB_NLL_SQUARE_WHOLE, RS_CALIB_NLL_SQUARE_FRACTION, /* sums of squares of the two; */
    RS_CALIB_NLL_FAR,           /* rows whose square is too large for one (an NLL from 46,341 on) */
    RS_CALIB_REAL_NLL_SQUARE_WHOLE, RS_CALIB_REAL_NLL_SQUARE_FRACTION,
    RS_CALIB_REAL_NLL_FAR,
    RS_CALIB_SCALARS
};

/* Of each group the counters that the first form of tally files has; they come first in it. */
enum { RS_FORM_1_CLASS_FIXED = RS_CLASS_ORACLE_SHARE, RS_FORM_1_CALIB = RS_CALIB_NLL_SQUARE_WHOLE };

/* Per bin of confidence, separately for the rows with an original label and those with a set. */
enum {
    RS_BIN_ROWS = 0, RS_BIN_CORRECT, RS_BIN_CONFIDENCE_WHOLE, RS_BIN_CONFIDENCE_FRACTION,
    RS_BIN_REAL_ROWS, RS_BIN_REAL_CORRECT, RS_BIN_REAL_CONFIDENCE_WHOLE,
    RS_BIN_REAL_CONFIDENCE_FRACTION,
    RS_BIN_COUNTERS
};

typedef struct rs_tally_layout {
    uint32_t classes;
    uint32_t topk_count;
    uint32_t class_stride; /* counters per class */
    size_t choice;         /* index of the first counter of the choice among valid labels */
    size_t calibration;    /* index of the first calibration counter; == counters: there are none */
    size_t counters;       /* in all */
} rs_tally_layout;

static inline RS_HOST_DEVICE rs_tally_layout rs_tally_layout_of(uint32_t classes,
                                                                uint32_t topk_count,
                                                                int calibration)
{
    rs_tally_layout layout;
    layout.classes = classes;
    layout.topk_count = topk_count;
    layout.class_stride = (uint32_t)RS_CLASS_FIXED + 2u * topk_count;
    layout.choice = (size_t)RS_COUNT_SCALARS + ((size_t)classes + 1u) * layout.class_stride;
    layout.calibration = layout.choice + (size_t)classes * (size_t)RS_CHOICE_COUNTERS;
    layout.counters = layout.calibration;
    if (calibration) {
        layout.counters +=
            (size_t)RS_CALIB_SCALARS + (size_t)RS_CALIBRATION_BINS * (size_t)RS_BIN_COUNTERS;
    }
    return layout;
}

/* First counter of the class with original label `original`; unknown labels share the last
 * block. */
static inline RS_HOST_DEVICE size_t rs_tally_class_index(const rs_tally_layout *layout,
                                                         int32_t original)
{
    const uint32_t block = original < 0 ? layout->classes : (uint32_t)original;
    return (size_t)RS_COUNT_SCALARS + (size_t)block * layout->class_stride;
}

/* First counter of the choice among valid labels in a class; there is none of unknown labels. */
static inline RS_HOST_DEVICE size_t rs_tally_choice_index(const rs_tally_layout *layout,
                                                          uint32_t class_index)
{
    return layout->choice + (size_t)class_index * (size_t)RS_CHOICE_COUNTERS;
}

#endif
