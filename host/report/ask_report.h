/* ask_report.h - what raters would have to be asked about models' first predictions, in numbers. */
#ifndef RS_ASK_REPORT_H
#define RS_ASK_REPORT_H

#include "base/text.h"
#include "relabel/asked.h"
#include "relabel/bracket.h"

#define RS_ASK_SCHEMA "reassess.ask/1"

typedef struct rs_ask_model {
    const char *name;
    const char *path;
    rs_bracket bracket;
} rs_ask_model;

typedef struct rs_ask_summary {
    const char *scores; /* path of the raters' scores */
    const rs_ask_model *models;
    size_t model_count;
    const rs_asked *asked; /* of all models, sorted */
    bool has_tasks;        /* they were written */
    uint32_t tasks;
} rs_ask_summary;

/* Both append to `out`; the record is one line. */
void rs_ask_table(const rs_ask_summary *summary, rs_text *out);
void rs_ask_json(const rs_ask_summary *summary, rs_text *out);

#endif
