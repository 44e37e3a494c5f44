/* tasks_report.h - rating tasks in numbers: a table and a JSON record. */
#ifndef RS_TASKS_REPORT_H
#define RS_TASKS_REPORT_H

#include "base/text.h"
#include "relabel/candidates.h"
#include "relabel/rater_plan.h"
#include "relabel/tasks.h"

#define RS_TASKS_SCHEMA "reassess.tasks/1"

typedef struct rs_tasks_summary {
    const rs_candidates *candidates;
    const rs_tasks *tasks;
    uint32_t per_task; /* candidates at most */
    uint64_t agreed;   /* images on which all agree */
    uint64_t nothing;  /* images without a candidate */
    const rs_rater_plan *plan; /* who rates what, or NULL */
    const char *page;          /* path of the page, or NULL: its links */
} rs_tasks_summary;

/* Both append to `out`; the record is one line. */
void rs_tasks_table(const rs_tasks_summary *summary, rs_text *out);
void rs_tasks_json(const rs_tasks_summary *summary, rs_text *out);

#endif
