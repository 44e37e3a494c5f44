/* cover.c - which places of a library are run, written into a file while they are.
 *
 * Linked into a library whose objects were compiled with -fsanitize-coverage=trace-pc: the byte of
 * a place becomes 1 when it is run. The file outlives the process however that ends, and children
 * that clear their environment find it too (RS_COVER_MAP, or by the number of the session they are
 * in what was compiled in).
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAP_BYTES = 1 << 24 };

extern const char __ehdr_start[] __attribute__((visibility("hidden")));
static unsigned char *map;

__attribute__((constructor)) static void begin(void)
{
    const char *folder = getenv("RS_COVER_MAP");
    char path[4096];
    if (folder != NULL) {
        (void)snprintf(path, sizeof path, "%s/" COVER_NAME, folder);
    } else {
        (void)snprintf(path, sizeof path, COVER_MAP "/%ld/" COVER_NAME, (long)getsid(0));
    }
    const int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        return;
    }
    void *mapped = mmap(NULL, MAP_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    map = mapped == MAP_FAILED ? NULL : mapped;
    (void)close(fd);
}

__attribute__((visibility("hidden"))) void __sanitizer_cov_trace_pc(void);

void __sanitizer_cov_trace_pc(void)
{
    const size_t at = (size_t)((const char *)__builtin_return_address(0) - __ehdr_start);
    if (map != NULL && at < MAP_BYTES && map[at] == 0) {
        map[at] = 1;
    }
}
