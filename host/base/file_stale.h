/* file_stale.h - temporary files, and what is left of them when a process is killed.
 *
 * Nobody but its process needs a temporary file, and a killed one cannot remove its own. So a name
 * says whose it is: FOLDER/.NAME.PLACE.PROCESS.NUMBER.tmp, where PLACE stands for the machine, its
 * boot and its space of process numbers: containers and the nodes of a cluster share folders, and
 * have processes of the same number.
 */
#ifndef RS_FILE_STALE_H
#define RS_FILE_STALE_H

#include "reassess/status.h"

/* A name for a temporary file of this process in the folder of `target`, to be freed; at each call
 * another one. */
rs_status rs_temporary_name(const char *target, char **name, rs_error *error);

/* Removes what killed processes left in the folder: those of this place that are gone, and whatever
 * has had no byte written for a week. What cannot be removed is left: nobody waits for it. */
void rs_remove_stale(const char *folder);

#endif
