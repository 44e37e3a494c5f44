/* compare_factorial.h - reassess compare --factorial: what loss and labels change. */
#ifndef RS_COMPARE_FACTORIAL_H
#define RS_COMPARE_FACTORIAL_H

#include "cli/command.h"
#include "sweep/compared.h"

/* Refuses what belongs to pairs. */
rs_status rs_factorial_check(const rs_arguments *arguments, rs_error *error);

/* Finds the fours among the models, tests and writes. */
rs_status rs_compare_factorial(const rs_context *context, const rs_compared *models,
                               rs_error *error);

#endif
