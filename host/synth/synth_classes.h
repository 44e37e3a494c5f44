/* synth_classes.h - how ambiguous each made-up class is, and which classes are its relatives. */
#ifndef RS_SYNTH_CLASSES_H
#define RS_SYNTH_CLASSES_H

#include <stdint.h>

#include "base/random.h"
#include "reassess/status.h"

enum { RS_SYNTH_SET_MAX = 9 }; /* the largest set of the real labels */

typedef struct rs_synth_class {
    double empty_share;   /* rows without any label */
    double wrong_share;   /* of the others: the original label is not in the set */
    double several_share; /* of the others: more than one label */
    uint32_t ambiguity;   /* which row of the size table: 0 clear .. 4 hopeless */
} rs_synth_class;

typedef struct rs_synth_classes {
    uint32_t count;
    rs_synth_class *traits; /* [count] */
    uint32_t *position;     /* [count] place of a class among its relatives */
    uint32_t *at_position;  /* [count] and back */
} rs_synth_classes;

/* *classes must be zero; free what it holds with rs_synth_classes_clear, also after a failure. */
rs_status rs_synth_classes_make(uint32_t count, uint64_t seed, rs_synth_classes *classes,
                                rs_error *error);
void rs_synth_classes_clear(rs_synth_classes *classes);

/* A class that could be confused with `own`, mostly a near relative; may be `own` itself. */
int32_t rs_synth_classes_relative(const rs_synth_classes *classes, rs_random *random, int32_t own);

/* The size of a set that has several labels: 2 to RS_SYNTH_SET_MAX. */
uint32_t rs_synth_classes_set_size(const rs_synth_class *traits, rs_random *random);

#endif
