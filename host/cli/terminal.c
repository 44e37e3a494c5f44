/* terminal.c - see terminal.h. */
#include "cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/width.h"

size_t rs_terminal_columns(int fd)
{
    struct winsize size = {0};
    return isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col
                                                                             : RS_PLAIN_COLUMNS;
}

bool rs_terminal_colours(int fd)
{
    const char *const refused = getenv("NO_COLOR");
    const char *const kind = getenv("TERM");
    return isatty(fd) && (refused == NULL || refused[0] == '\0') && kind != NULL &&
           kind[0] != '\0' && strcmp(kind, "dumb") != 0;
}
