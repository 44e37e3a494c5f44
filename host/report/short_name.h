/* short_name.h - a class in a line of text. */
#ifndef RS_SHORT_NAME_H
#define RS_SHORT_NAME_H

#include "base/text.h"
#include "reassess/labels.h"

/* Appends the name up to its first comma, else the synset id; "class 5" stands for neither. */
void rs_short_name_add(const rs_labels *labels, uint32_t class_index, rs_text *out);

#endif
