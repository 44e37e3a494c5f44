/* candidates_write.h - writes proposals as a file of candidates (relabel/candidates.h). */
#ifndef RS_CANDIDATES_WRITE_H
#define RS_CANDIDATES_WRITE_H

#include "base/file_write.h"
#include "reassess/labels.h"
#include "relabel/image_rows.h"
#include "relabel/proposals.h"

typedef struct rs_candidates_head {
    const rs_labels *labels;     /* whose proposals they are; ids and names come from here */
    const rs_image_rows *images; /* their names */
    const char *const *models;   /* [proposals->models] */
    uint64_t extra;              /* the budget, for the record */
} rs_candidates_head;

rs_status rs_candidates_write(const rs_candidates_head *head, const rs_proposals *proposals,
                              rs_file_writer *file, rs_error *error);

#endif
