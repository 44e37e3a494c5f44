/* packages.h - what Python packages bring, seen from where pip has put this program.
 *
 * pip puts the program into bin/, the library beside the Python package, and libraries of other
 * packages (OpenBLAS, cuBLAS) beside that, where the system's loader does not look.
 */
#ifndef RS_PACKAGES_H
#define RS_PACKAGES_H

enum { RS_FOLDER_BYTES = 4096 };

/* The absolute folder of the file that this code is in, with its slash; "" when that is not known.
 * It is asked of the system: the name a program was started by may have no folder, and one that
 * begins in the current folder is not to be trusted. */
void rs_own_folder(char out[RS_FOLDER_BYTES]);

/* Opens the first file that fits one of `patterns`, whose list ends with NULL, in the folder of
 * packages that `own` (rs_own_folder) is installed in. A pattern is a path in that folder, as glob
 * takes it; those that come first are tried first. NULL where nothing fits or opens, or where pip
 * put nothing. `path` is that of the file that was tried last, and stays as it was without one. */
void *rs_open_packaged(const char *own, const char *const *patterns, void *(*open)(const char *),
                       char path[RS_FOLDER_BYTES]);

#endif
