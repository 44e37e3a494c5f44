/* slice_read.h - groups of images of a record that is read. */
#ifndef RS_SLICE_READ_H
#define RS_SLICE_READ_H

#include "report/record.h"
#include "report/record_member.h"

/* "slices", where the record has it. Its counts are what a table or a CSV is made from. */
void rs_slice_read(rs_members *work, rs_section root, rs_record *record);

#endif
