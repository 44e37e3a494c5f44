/* row_steps.c - one row through one kernel, again and again, for a tool that counts instructions.
 *
 *     row_steps ISA DTYPE WHAT TIMES
 *
 * WHAT: rank, measure, find, average (of logits), blend (the same of three rows at once), softmax
 * (of probabilities). row_steps.sh counts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "base/row_value.h"
#include "engine/average_row.h"
#include "engine/row_kernel.h"

enum { COLUMNS = 1000, LABEL = 500, KEEP = 5 };

typedef struct work {
    const rs_row_kernel *kernel;
    const rs_average_kernel *average;
    rs_dtype dtype;
    double row[COLUMNS]; /* room for every dtype */
    double room[COLUMNS + 256];
    double sum[COLUMNS];
    rs_candidate candidate[COLUMNS];
} work;

/* The sum of four uniform numbers: close enough to logits. */
static void fill(work *w)
{
    rs_random random = rs_random_make(1, 1);
    for (uint32_t j = 0; j < COLUMNS; ++j) {
        double value = 0.0;
        for (int i = 0; i < 4; ++i) {
            value += 4.0 * rs_random_unit(&random) - 2.0;
        }
        rs_row_set(w->dtype, w->row, j, value);
    }
}

static double work_once(work *w, const char *what)
{
    const uint32_t label = LABEL;
    uint32_t ahead = 0;
    rs_row_measure measure = {0};
    if (strcmp(what, "rank") == 0) {
        return w->kernel->rank(w->row, COLUMNS, &label, 1, &ahead) + (double)ahead;
    }
    if (strcmp(what, "measure") == 0) {
        (void)w->kernel->measure(w->row, COLUMNS, label, 0.5, &measure);
        return measure.rest;
    }
    if (strcmp(what, "find") == 0) {
        const uint32_t found = w->kernel->find_candidates(w->row, COLUMNS, KEEP, w->candidate);
        return rs_select_best(w->candidate, found, KEEP);
    }
    if (strcmp(what, "average") == 0) {
        w->average->add(w->dtype, w->row, COLUMNS, 0.5, w->sum);
        return w->sum[0];
    }
    if (strcmp(what, "blend") == 0) {
        const rs_blend blend = {{w->row, w->row, w->row}, {0.5, 0.25, 0.25}, 3};
        w->average->blend(w->dtype, &blend, COLUMNS, 0.5, w->sum);
        return w->sum[0];
    }
    if (strcmp(what, "softmax") == 0) {
        w->average->add_softmax(w->dtype, w->row, COLUMNS, 0.5, w->room, w->sum);
        return w->sum[0];
    }
    fprintf(stderr, "row_steps: %s: rank, measure, find, average, blend or softmax\n", what);
    exit(2);
}

/* The number whose name is `word`; -1: none. */
static int number_of(const char *word, int count, const char *(*name)(int))
{
    for (int i = 0; i < count; ++i) {
        if (strcmp(word, name(i)) == 0) {
            return i;
        }
    }
    return -1;
}

static const char *isa_name(int i)
{
    return rs_isa_name((rs_isa)i);
}

int main(int argc, char **argv)
{
    static work w;
    double total = 0.0;
    const int isa = argc == 5 ? number_of(argv[1], RS_ISA_NEON + 1, isa_name) : -1;
    const rs_dtype dtype = argc == 5 ? rs_dtype_parse(argv[2]) : RS_DTYPE_NONE;
    if (isa < 0 || !rs_dtype_is_float(dtype) || !rs_isa_available((rs_isa)isa)) {
        fprintf(stderr, "usage: row_steps ISA DTYPE rank|measure|find|average|blend|softmax TIMES, "
                        "with an instruction set of this processor and " RS_FLOATS_TEXT "\n");
        return 2;
    }
    w.dtype = dtype;
    w.kernel = rs_row_kernel_get((rs_isa)isa, w.dtype);
    w.average = rs_average_kernel_get((rs_isa)isa);
    fill(&w);
    for (long i = strtol(argv[4], NULL, 10); i > 0; --i) {
        total += work_once(&w, argv[3]);
    }
    printf("%.17g\n", total);
    return 0;
}
