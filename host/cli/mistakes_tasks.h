/* mistakes_tasks.h - mistakes as rating tasks: is the predicted class in the image? */
#ifndef RS_MISTAKES_TASKS_H
#define RS_MISTAKES_TASKS_H

#include "cli/output.h"
#include "report/mistakes_report.h"

/* Writes what --tasks and --html ask for: the listed mistakes of all models, each pair of an image
 * and a predicted class once, without those that were judged already. Nothing without these
 * options. */
rs_status rs_mistakes_write_tasks(const rs_arguments *arguments, const rs_mistakes_summary *summary,
                                  rs_outputs *outputs, rs_error *error);

#endif
