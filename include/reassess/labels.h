/* labels.h - the ground truth: original labels, reassessed (ReaL) label sets, class names.
 *
 * Row i of the labels is image i in file-name order (ILSVRC2012_val_00000001 is row 0). Classes are
 * numbered in the order of the sorted synset ids, from 0.
 */
#ifndef REASSESS_LABELS_H
#define REASSESS_LABELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reassess/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RS_CLASS_UNKNOWN (-1)

/* The arrays themselves, as engines read them. Sets in compressed rows: the classes of row i are
 * real_class[real_begin[i] .. real_begin[i + 1]), ascending, none twice; an empty range is an empty
 * set. All pointers live as long as the rs_labels they came from. */
typedef struct rs_label_view {
    uint64_t rows;
    uint32_t classes;           /* every class is below this */
    const int32_t *original;    /* [rows]; RS_CLASS_UNKNOWN where there is none */
    const uint32_t *real_begin; /* [rows + 1] */
    const int32_t *real_class;  /* [real_begin[rows]] */
} rs_label_view;

typedef struct rs_labels rs_labels;

typedef struct rs_labels_options {
    const char *real_path;     /* real.json, other JSON, tables, counts of raters (docs/LABELS.md);
                                  NULL: every set is empty */
    const char *original_path; /* class index a line, "file index" lines, synset ids, tables with a
                                  header, JSON, integer .npy; NULL: every original label unknown */
    const char *synsets_path;  /* synset id a line, in class order; NULL: none known */
    const char *names_path;    /* class name a line, in class order; NULL: none known */
    uint32_t classes;          /* number of classes; 0: that of the synsets, else one above the
                                  largest class of the files */
    double real_threshold;     /* of counts or probabilities of raters: a class is a label where its
                                  share of the image's sum is at least this; 0: they are refused */
} rs_labels_options;

/* Reads and checks the files. *labels is NULL on failure. Free with rs_labels_free. */
rs_status rs_labels_load(const rs_labels_options *options, rs_labels **labels, rs_error *error);

/* The labels that the command line takes when none are named: real.json, original.txt and, where
 * they are, synsets.txt and names.txt of the default folder. RS_IO when one of the first two is not
 * there. */
rs_status rs_labels_load_default(rs_labels **labels, rs_error *error);

/* The default folder: $REASSESS_LABELS, else $XDG_CACHE_HOME/reassess/labels, else
 * $HOME/.cache/reassess/labels. *folder is for the caller to free(); NULL on failure, which is
 * RS_IO when REASSESS_LABELS names no folder or none of the variables is set. That it exists is
 * said only of REASSESS_LABELS. */
rs_status rs_labels_default_folder(char **folder, rs_error *error);

/* Copies and checks arrays. `original` or the two real arrays may be NULL. Sets need not be sorted;
 * a class that stands twice in one set is an error. */
rs_status rs_labels_create(uint64_t rows, uint32_t classes, const int32_t *original,
                           const uint32_t *real_begin, const int32_t *real_class,
                           rs_labels **labels, rs_error *error);

const rs_label_view *rs_labels_get_view(const rs_labels *labels);

/* XXH3 of the decoded labels (classes, rows, original, sets): the same for every file form. */
uint64_t rs_labels_hash(const rs_labels *labels);

/* True when these are the 1000 ILSVRC-2012 classes (known by the synset list or by the original
 * labels of the validation set themselves), so that classes 0-397 are the animals. */
bool rs_labels_are_ilsvrc(const rs_labels *labels);

/* True when a label file says that it was made by `reassess synth`. */
bool rs_labels_are_synthetic(const rs_labels *labels);

/* "n01440764" / "tench, Tinca tinca"; NULL where the labels came without. */
const char *rs_labels_synset(const rs_labels *labels, uint32_t class_index);
const char *rs_labels_name(const rs_labels *labels, uint32_t class_index);

/* How many bytes of a class name make its short form, up to the first comma: 5 for
 * "tench, Tinca tinca". 0 for NULL. */
size_t rs_labels_short_name_bytes(const char *name);

/* The paths as given, NULL when there was none. */
const char *rs_labels_real_path(const rs_labels *labels);
const char *rs_labels_original_path(const rs_labels *labels);

void rs_labels_free(rs_labels *labels); /* NULL is fine */

/* ---- how the rows of an input are ordered ---- */

typedef enum rs_order_kind {
    RS_ORDER_FILE = 0,    /* file-name order, as the labels */
    RS_ORDER_IMAGEFOLDER, /* by class folder, then by file name */
    RS_ORDER_LIST         /* as a list of file names (or row numbers) says */
} rs_order_kind;

/* Row i of the input is image row[i] of the labels. */
typedef struct rs_order rs_order;

rs_status rs_order_create(const rs_labels *labels, rs_order_kind kind, const char *list_path,
                          rs_order **order, rs_error *error);

/* Rows in the order `order` that were dealt out over the processes of a job and gathered again.
 * `deal` is W[:B][:KIND], as in "8", "8:64", "8:64:padded", "4:32:batches": W processes that gather
 * batches of B rows step by step (without B: one process behind the other), each with
 *     rows       every W-th row (the default)
 *     padded     the same, but all as many: the first rows come again at the end
 *     truncated  the same, cut to as many rows as there are images
 *     batches    every W-th batch, joined one process behind the other
 *     blocks     a block of consecutive rows
 * RS_USAGE when it is none of these. */
rs_status rs_order_deal(const rs_order *order, const char *deal, rs_order **dealt,
                        rs_error *error);

/* How many rows an input of this order has: one for each image, and more of a padded deal. */
uint64_t rs_order_rows(const rs_order *order);
const uint32_t *rs_order_get(const rs_order *order);
void rs_order_free(rs_order *order);

/* New labels whose row i is row order[i] of these: labels in the input's row order. Names, flags
 * and hash are those of `labels`. An image that comes again (a padded deal) has no labels there, so
 * that it counts once. */
rs_status rs_labels_reorder(const rs_labels *labels, const rs_order *order, rs_labels **reordered,
                            rs_error *error);

/* ---- which class a column is ---- */

/* A class map of an input with `columns` columns. Columns that carry a class are grouped by it:
 * position p = 0 .. positions-1 stands for class position_class[p], ascending, and takes the better
 * of columns column[column_begin[p] .. column_begin[p + 1]). Comparing positions compares
 * classes. */
typedef struct rs_class_map {
    uint32_t columns;
    uint32_t classes;
    uint32_t positions;
    int32_t *position_class;  /* [positions] */
    uint32_t *column_begin;   /* [positions + 1] */
    uint32_t *column;         /* [number of columns that carry a class] */
    int32_t *class_position;  /* [classes]; -1: no column carries this class */
} rs_class_map;

/* Line j of the file is the class of column j: an index, a synset id (when the labels know them),
 * or -1 for a column without one. */
rs_status rs_class_map_load(const char *path, const rs_labels *labels, rs_class_map **map,
                            rs_error *error);
rs_status rs_class_map_create(const int32_t *class_of_column, uint32_t columns, uint32_t classes,
                              rs_class_map **map, rs_error *error);
void rs_class_map_free(rs_class_map *map);

#ifdef __cplusplus
}
#endif
#endif
