/* finder_main.c - looks for the module as a program, or, given LIBRARY FOLDER, as a library that is
 * opened by that name before the program goes to the folder. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "finder.h"

int main(int argc, char **argv)
{
    void (*find)(void) = find_module;
    if (argc == 3) {
        void *const library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
        void *const symbol = library != NULL ? dlsym(library, "find_module") : NULL;
        if (symbol == NULL || chdir(argv[2]) != 0) {
            (void)fprintf(stderr, "no library or no folder: %s\n", dlerror());
            return 1;
        }
        memcpy(&find, &symbol, sizeof find);
    }
    find();
    return 0;
}
