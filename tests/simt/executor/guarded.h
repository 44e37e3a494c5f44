/* guarded.h - memory between two pages that nobody may touch.
 *
 * The memory ends at the second guard page, as far as its alignment lets it; the bytes that are
 * left over are red zones to AddressSanitizer, and otherwise hold a pattern that is checked when it
 * is given back.
 */
#ifndef SIMT_EXECUTOR_GUARDED_H
#define SIMT_EXECUTOR_GUARDED_H

#include <cstddef>

namespace simt {

struct Guarded {
    char *mapped = nullptr; /* with both guard pages */
    size_t mapped_bytes = 0;
    char *pointer = nullptr;
    size_t bytes = 0;

    /* False: the system has no address space left. Pages come when they are touched. */
    bool map(size_t size, size_t alignment);
    void unmap();
    /* Drops the pages and makes all of it inaccessible; the addresses stay taken until unmap(). */
    void retire();
    /* Access to the pages between the guards, for the whole process. */
    void allow(bool yes) const;
    /* Fills with a pattern; of something huge the ends alone. */
    void fill(unsigned char pattern) const;
    /* How far outside a left-over byte was changed: 0 none, positive past the end, negative before.
     * The pages have to be accessible. */
    long damage() const;

  private:
    char *inner() const;
    size_t inner_bytes() const;
    void forget_zones() const;
};

} // namespace simt

#endif
