/* record_check.h - does a record that was read agree with itself?
 *
 * Its values follow from its counts. Where they do not, the record was changed or damaged, and no
 * leaderboard is to be led by it.
 */
#ifndef RS_RECORD_CHECK_H
#define RS_RECORD_CHECK_H

#include "report/record.h"
#include "report/record_member.h"

/* Refuses a metric of a section whose values do not follow from its counts, of up to `rows`. */
void rs_record_check_metric(rs_members *work, uint64_t rows, const rs_metric *metric);

/* Refuses the first member that contradicts the others. */
void rs_record_check(rs_members *work, const rs_record *record);

/* Refuses a section by a further label set that contradicts the record that it is in: what is by
 * the original labels is the same by every set. */
void rs_record_check_set(rs_members *work, const rs_record *record, const rs_record_set *set);

#endif
