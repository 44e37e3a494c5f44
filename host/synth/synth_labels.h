/* synth_labels.h - made-up labels with the statistics of the real ones.
 *
 * Original labels: every class equally often (as nearly as the rows allow), in random order. ReaL
 * sets: sizes 0 to 9, empty shares, shares of sets without the original label, and co-occurring
 * classes as in the reassessed ImageNet labels (docs/SYNTH.md has both side by side). Classes
 * differ: most are clear, some are so entangled with their relatives that the oracle is below 50 %.
 *
 * The same options give the same labels on every machine. The set of a row depends on the seed, the
 * class count, the row and its original label only; the originals are one shuffle of all rows.
 */
#ifndef RS_SYNTH_LABELS_H
#define RS_SYNTH_LABELS_H

#include <signal.h>
#include <stdint.h>

#include "reassess/labels.h"
#include "reassess/status.h"

/* The first line of an original-labels file made here starts with this. */
#define RS_SYNTH_LABELS_MARK "# synthetic labels made by reassess synth"

typedef struct rs_synth_labels rs_synth_labels;

/* 1 <= rows <= RS_MAX_ROWS, 1 <= classes <= RS_MAX_COLUMNS. *labels is NULL on failure. */
rs_status rs_synth_labels_create(uint64_t rows, uint32_t classes, uint64_t seed,
                                 rs_synth_labels **labels, rs_error *error);

/* Writes FOLDER/real.json and FOLDER/original.txt, of which each says in its first line that it is
 * synthetic (RS_SYNTHETIC_SETS_MARK, RS_SYNTH_LABELS_MARK), and FOLDER/names.txt; makes the folder
 * when it is not there. Files of these names that were not made here are not replaced (RS_USAGE).
 * All three appear or none, and none (RS_INTERRUPTED) once *stop is set; it may be NULL. There is
 * deliberately no list of synset ids: synthetic labels are never taken for those of ILSVRC. */
rs_status rs_synth_labels_write(const rs_synth_labels *labels, const char *folder,
                                const volatile sig_atomic_t *stop, rs_error *error);

void rs_synth_labels_free(rs_synth_labels *labels); /* NULL is fine */

#endif
