/* static_shared.cc - the __shared__ variables of the program.
 *
 * They are ordinary statics whose mangled names carry the tag "simt_shared"
 * (include/simt/shared.h). The symbol table of every loaded object is read for them, which works
 * alike for g++ and clang++, in templates and in plain functions; a custom section does not (g++
 * drops it in templates). The name of a local static begins with that of its function, so the
 * static shared memory of a kernel is known too, for the limit of 48 KB; that of functions which it
 * calls is not.
 */
#include "executor/internal.h"
#include "executor/sanitizers.h"

#include <cxxabi.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <string>

namespace simt {

namespace {

struct Variable {
    char *address;
    size_t bytes;
    std::string name; /* mangled */
};

struct Symbols {
    unsigned long long objects_seen = 0; /* dlpi_adds when it was read */
    std::vector<Variable> shared;
    size_t shared_bytes = 0;
    std::map<const void *, std::string> functions; /* mangled names */
    std::map<const void *, std::string> demangled;
};

Symbols symbols;

/* A file mapped for reading. */
struct Image {
    const char *bytes = nullptr;
    size_t size = 0;
    explicit Image(const char *path)
    {
        const int file = open(path, O_RDONLY | O_CLOEXEC);
        struct stat info;
        if (file >= 0 && fstat(file, &info) == 0 && info.st_size > 0) {
            size = static_cast<size_t>(info.st_size);
            void *const mapped = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
            bytes = mapped == MAP_FAILED ? nullptr : static_cast<const char *>(mapped);
        }
        if (file >= 0) {
            close(file);
        }
    }
    ~Image()
    {
        if (bytes != nullptr) {
            munmap(const_cast<char *>(bytes), size);
        }
    }
    Image(const Image &) = delete;
    Image &operator=(const Image &) = delete;
};

/* clang counts the red zone that AddressSanitizer puts behind a variable as part of it. */
size_t without_red_zone([[maybe_unused]] char *address, size_t bytes)
{
#ifdef SIMT_ASAN
    const void *const zone = __asan_region_is_poisoned(address, bytes);
    if (zone != nullptr) {
        return static_cast<size_t>(static_cast<const char *>(zone) - address);
    }
#endif
    return bytes;
}

void take_symbol(const ElfW(Sym) & symbol, const char *name, char *base)
{
    char *const address = base + symbol.st_value;
    const unsigned type = symbol.st_info & 15;
    if (type == STT_FUNC && symbol.st_shndx != SHN_UNDEF && strncmp(name, "_Z", 2) == 0) {
        symbols.functions.emplace(address, name);
    }
    if (type == STT_OBJECT && symbol.st_size > 0 && symbol.st_shndx != SHN_UNDEF &&
        strstr(name, "B11simt_shared") != nullptr) {
        const size_t bytes = without_red_zone(address, symbol.st_size);
        symbols.shared.push_back({address, bytes, name});
        symbols.shared_bytes += bytes;
    }
}

void read_object(const char *path, char *base)
{
    const Image image(path);
    if (image.size < sizeof(ElfW(Ehdr))) {
        return;
    }
    const auto *const header = reinterpret_cast<const ElfW(Ehdr) *>(image.bytes);
    const auto *const sections =
        reinterpret_cast<const ElfW(Shdr) *>(image.bytes + header->e_shoff);
    for (unsigned i = 0; i < header->e_shnum; i++) {
        if (sections[i].sh_type != SHT_SYMTAB) {
            continue;
        }
        const auto *const table =
            reinterpret_cast<const ElfW(Sym) *>(image.bytes + sections[i].sh_offset);
        const char *const names = image.bytes + sections[sections[i].sh_link].sh_offset;
        for (size_t j = 0; j < sections[i].sh_size / sizeof *table; j++) {
            take_symbol(table[j], names + table[j].st_name, base);
        }
    }
}

/* System libraries have no kernels; reading their tables would only cost time. */
int visit_object(dl_phdr_info *info, size_t, void *)
{
    const char *const path = info->dlpi_name;
    if (path == nullptr || path[0] == '\0') {
        read_object("/proc/self/exe", reinterpret_cast<char *>(info->dlpi_addr));
    } else if (strncmp(path, "/usr/", 5) != 0 && strncmp(path, "/lib", 4) != 0 &&
               path[0] == '/') {
        read_object(path, reinterpret_cast<char *>(info->dlpi_addr));
    }
    return 0;
}

int count_objects(dl_phdr_info *info, size_t, void *count)
{
    *static_cast<unsigned long long *>(count) = info->dlpi_adds;
    return 1;
}

} // namespace

void refresh_symbols()
{
    unsigned long long objects = 0;
    dl_iterate_phdr(count_objects, &objects);
    if (objects != symbols.objects_seen) {
        symbols = Symbols();
        symbols.objects_seen = objects;
        dl_iterate_phdr(visit_object, nullptr);
        const char *first = nullptr, *end = nullptr;
        for (const Variable &variable : symbols.shared) {
            first = first == nullptr || variable.address < first ? variable.address : first;
            end = variable.address + variable.bytes > end ? variable.address + variable.bytes : end;
        }
        if (first != nullptr) {
            declare_forgettable(first, end);
        }
    }
}

size_t static_shared_bytes()
{
    return symbols.shared_bytes;
}

size_t static_shared_bytes_of(const void *kernel)
{
    const auto found = symbols.functions.find(kernel);
    if (found == symbols.functions.end()) {
        return 0;
    }
    const std::string prefix = "_ZZ" + found->second.substr(2) + "E";
    size_t bytes = 0;
    for (const Variable &variable : symbols.shared) {
        if (variable.name.compare(0, prefix.size(), prefix) == 0) {
            bytes += variable.bytes;
        }
    }
    return bytes;
}

const char *kernel_name(const void *kernel)
{
    std::string &name = symbols.demangled[kernel];
    const auto found = symbols.functions.find(kernel);
    if (name.empty() && found != symbols.functions.end()) {
        int status = 0;
        char *const text = abi::__cxa_demangle(found->second.c_str(), nullptr, nullptr, &status);
        name = status == 0 ? text : found->second;
        free(text);
        name = name.substr(0, name.find('('));
    }
    return name.c_str();
}

void poison_static_shared(unsigned char pattern)
{
    for (const Variable &variable : symbols.shared) {
        memset(variable.address, pattern, variable.bytes);
        forget_accesses(variable.address, variable.bytes);
    }
}

void park_static_shared(std::vector<char> &where)
{
    where.resize(symbols.shared_bytes);
    char *to = where.data();
    for (const Variable &variable : symbols.shared) {
        memcpy(to, variable.address, variable.bytes);
        to += variable.bytes;
    }
}

void restore_static_shared(const std::vector<char> &from)
{
    if (from.size() != symbols.shared_bytes) {
        return; /* nothing was ever parked: the block is new */
    }
    const char *next = from.data();
    for (const Variable &variable : symbols.shared) {
        memcpy(variable.address, next, variable.bytes);
        next += variable.bytes;
    }
}

} // namespace simt
