/* mistakes_cells.h - what lists of mistakes and of the consensus have in common: images, classes,
 * shares, in lines for people (add) and as cells of CSV, each after its comma (put).
 *
 * `cell` is a text that is empty before and after.
 */
#ifndef RS_MISTAKES_CELLS_H
#define RS_MISTAKES_CELLS_H

#include "report/mistakes_summary.h"

/* The image's original label; -1: unknown. */
int32_t rs_mistakes_original(const rs_mistakes_summary *summary, uint32_t image);

/* "  65.12 [64.23,  66.00]" in percent, or a dash of nothing. */
void rs_mistakes_share(uint64_t part, uint64_t whole, rs_text *out);

/* The file name, or "row 7" where there are none. */
void rs_mistakes_add_image(const rs_mistakes_summary *summary, uint32_t image, rs_text *out);
/* The short name, or a dash for no class. */
void rs_mistakes_add_class(const rs_mistakes_summary *summary, int32_t class_index, rs_text *out);
/* The names of the ReaL set. */
void rs_mistakes_add_real(const rs_mistakes_summary *summary, uint32_t image, const char *between,
                          rs_text *out);

/* What was made in `cell`. */
void rs_mistakes_put_cell(rs_text *cell, rs_text *out);
/* Two cells: index and name, empty for no class. */
void rs_mistakes_put_class(const rs_mistakes_summary *summary, int32_t class_index, rs_text *cell,
                           rs_text *out);
/* Two cells: the classes of the ReaL set and their names. */
void rs_mistakes_put_real(const rs_mistakes_summary *summary, uint32_t image, rs_text *cell,
                          rs_text *out);
/* Empty for a NaN. */
void rs_mistakes_put_number(double number, rs_text *out);

#endif
