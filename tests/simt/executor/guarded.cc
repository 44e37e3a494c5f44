/* guarded.cc - memory between guard pages. */
#include "executor/guarded.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "executor/sanitizers.h"

namespace simt {

constexpr unsigned char canary = 0xa5;
constexpr size_t filled_whole = static_cast<size_t>(512) << 20;
constexpr size_t poisoned_whole = static_cast<size_t>(64) << 20;
constexpr size_t filled_at_ends = static_cast<size_t>(1) << 20;

static size_t page_bytes()
{
    static const size_t bytes = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    return bytes;
}

char *Guarded::inner() const
{
    return mapped + page_bytes();
}

size_t Guarded::inner_bytes() const
{
    return mapped_bytes - 2 * page_bytes();
}

bool Guarded::map(size_t size, size_t alignment)
{
    const size_t page = page_bytes();
    if (size > SIZE_MAX / 2) {
        return false;
    }
    const size_t kept = (size + alignment - 1) / alignment * alignment;
    mapped_bytes = (kept + page - 1) / page * page + 2 * page;
    void *const at = mmap(nullptr, mapped_bytes, PROT_NONE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) {
        return false;
    }
    mapped = static_cast<char *>(at);
    bytes = size;
    pointer = mapped + mapped_bytes - page - kept;
    allow(true);
    memset(inner(), canary, static_cast<size_t>(pointer - inner()));
    memset(pointer + size, canary, kept - size);
    poison(mapped, static_cast<size_t>(pointer - mapped));
    poison(pointer + size, kept - size + page);
    return true;
}

void Guarded::unmap()
{
    if (mapped != nullptr) {
        forget_zones();
        munmap(mapped, mapped_bytes);
        *this = Guarded();
    }
}

void Guarded::retire()
{
    mmap(mapped, mapped_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED,
         -1, 0);
    if (bytes <= poisoned_whole) {
        poison(mapped, mapped_bytes);
    }
}

/* Not the memory between them, whose shadow would be made for nothing when it is huge and sparse.
 * */
void Guarded::forget_zones() const
{
    if (bytes <= poisoned_whole) {
        unpoison(mapped, mapped_bytes);
    } else {
        unpoison(mapped, static_cast<size_t>(pointer - mapped));
        unpoison(pointer + bytes, static_cast<size_t>(mapped + mapped_bytes - pointer) - bytes);
    }
}

void Guarded::allow(bool yes) const
{
    if (inner_bytes() > 0 &&
        mprotect(inner(), inner_bytes(), yes ? PROT_READ | PROT_WRITE : PROT_NONE) != 0) {
        perror("simt: mprotect");
        abort();
    }
}

void Guarded::fill(unsigned char pattern) const
{
    if (bytes <= filled_whole) {
        memset(pointer, pattern, bytes);
    } else {
        memset(pointer, pattern, filled_at_ends);
        memset(pointer + bytes - filled_at_ends, pattern, filled_at_ends);
    }
}

long Guarded::damage() const
{
#ifndef SIMT_ASAN /* these bytes are red zones there */
    const char *const end = mapped + mapped_bytes - page_bytes();
    for (const char *at = pointer + bytes; at < end; at++) {
        if (static_cast<unsigned char>(*at) != canary) {
            return at - (pointer + bytes) + 1;
        }
    }
    for (const char *at = pointer - 1; at >= inner(); at--) {
        if (static_cast<unsigned char>(*at) != canary) {
            return at - pointer;
        }
    }
#endif
    return 0;
}

} // namespace simt
