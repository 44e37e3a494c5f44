/* form_doubt.h - rows that were read as something else than they are: one-hot answers, percents,
 * and places of classes, where logits or classes by rank are wanted.
 */
#ifndef RS_FORM_DOUBT_H
#define RS_FORM_DOUBT_H

#include "reassess/diagnose.h"
#include "sweep/column_doubt.h"

/* Of logits: adds a warning where all rows that are looked at have one value for all classes but
 * one, or values that only fall or only rise, or, where `as_logits` (their values were taken for
 * logits) and calibration was measured, add up to 100. The first row of others ends it. */
rs_status rs_doubt_forms(const rs_column_look *look, bool as_logits, rs_record *record,
                         bool *doubtful, rs_error *error);

/* Of rankings of all classes, near chance: whether they are the place of each class, by column. */
rs_status rs_doubt_class_places(const rs_column_look *look, rs_diagnosis *diagnosis,
                                rs_error *error);

#endif
