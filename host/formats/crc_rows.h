/* crc_rows.h - rows that are mapped, under a checksum over all of their bytes.
 *
 * A stored member of an archive. Nobody gets a row of it before the sum was found to be right: the
 * first view or read of any row sums up everything. Who reads all rows anyway may sum them up on
 * the way, in parts of its own, by several threads: it sees rows that are not proved yet, and must
 * not let anything out that was made of them unless rs_crc_pass_end found them right.
 */
#ifndef RS_CRC_ROWS_H
#define RS_CRC_ROWS_H

#include <stdint.h>

#include "base/crc32.h"
#include "formats/source_impl.h"

/* `rows` (of rs_array_rows_open, mapped) is taken over, whatever the outcome. In front of the
 * elements lie header_bytes bytes that are summed too. `label` is what messages call all of it. */
rs_status rs_crc_rows_open(rs_source *rows, uint64_t header_bytes, uint32_t crc, const char *label,
                           rs_source **source, rs_error *error);

typedef struct rs_crc_pass rs_crc_pass;

/* All rows of `source`, in parts of part_rows. *pass is NULL where there is nothing to be summed up
 * on the way: any other source, one that was proved before, or rows that are not as they lie. */
rs_status rs_crc_pass_begin(rs_source *source, uint64_t part_rows, rs_crc_pass **pass,
                            rs_error *error);

/* Where a row lies; all others follow, row_bytes apart. */
const unsigned char *rs_crc_pass_row(const rs_crc_pass *pass, uint64_t row);

/* The sum over the rows of the part that begins with first_row. Each part once; from any thread. */
void rs_crc_pass_set(rs_crc_pass *pass, uint64_t first_row, uint32_t crc);

/* When all parts are set: RS_OK, and the source is proved, or the error of a wrong sum. */
rs_status rs_crc_pass_end(rs_crc_pass *pass, rs_error *error);

void rs_crc_pass_free(rs_crc_pass *pass); /* NULL is fine */

#endif
