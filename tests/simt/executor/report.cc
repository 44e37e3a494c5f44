/* report.cc - a check failed: one line that says which kernel, block, thread, source line, and
 * what. */
#include "executor/internal.h"
#include "executor/sanitizers.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace simt {

static bool catching_failures;
static char last_message[2048];

bool catching()
{
    return catching_failures;
}

void set_catching(bool on)
{
    catching_failures = on;
}

void set_message(const char *text)
{
    snprintf(last_message, sizeof last_message, "%s", text);
}

const char *message()
{
    return last_message;
}

void describe_current(char *text, size_t capacity)
{
    text[0] = '\0';
    if (current != nullptr) {
        const uint3 b = current->block, t = current->thread;
        snprintf(text, capacity, "%s block (%u,%u,%u) thread (%u,%u,%u) ", grid.name, b.x, b.y, b.z,
                 t.x, t.y, t.z);
    }
}

static void compose(Place place, const char *what, char *text, size_t capacity)
{
    char who[256], where[256] = "";
    describe_current(who, sizeof who);
    if (place.file != nullptr) {
        const char *const slash = strrchr(place.file, '/');
        snprintf(where, sizeof where, "%s:%d: ", slash != nullptr ? slash + 1 : place.file,
                 place.line);
    }
    snprintf(text, capacity, "simt: %s%s%s", who, where, what);
    set_message(text);
}

void fail(Place place, const char *format, ...)
{
    char what[1536], text[2048];
    {
        const Unseen unseen;
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(what, sizeof what, format, arguments);
        va_end(arguments);
        compose(place, what, text, sizeof text);
    }
    if (catching() && current != nullptr) {
        grid.failed = true;
        leave_kernel();
    }
    fprintf(stderr, "%s\n", text);
    abort();
}

} // namespace simt
