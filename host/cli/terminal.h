/* terminal.h - what the program writes to: how wide it is, and whether it shows colours. */
#ifndef RS_TERMINAL_H
#define RS_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* Columns of the terminal on `fd`, 80 where it is none. */
size_t rs_terminal_columns(int fd);

/* A terminal, and neither NO_COLOR (no-color.org) nor TERM says that it is to stay plain. */
bool rs_terminal_colours(int fd);

#endif
