/* reading.h - how a file of rows is to be read, and what that makes of the labels: everything
 * between the file and the labels' view of it. Which image a row is, which class a column is, what
 * the values are.
 */
#ifndef RS_READING_H
#define RS_READING_H

#include "labels/set_differences.h"
#include "reassess/reassess.h"

/* As somebody said it. */
typedef struct rs_reading_options {
    const char *order;          /* "file", "imagefolder", or the path of a list; NULL: "file" */
    const char *deal;           /* how rows of that order were dealt out (rs_order_deal); NULL: they
                                   were not. `order` may say it too: "imagefolder dealt 8:64" */
    const char *class_map_path; /* NULL: column j is class j */
    rs_source_options source;   /* scores_path, classes and stop are not looked at */
    rs_values values;           /* of the files */
    bool ensemble;  /* the files are models to be averaged, ... */
    rs_space space; /* ... in this space, ... */
    rs_isa isa;     /* ... by this kernel, which shows in no result */
} rs_reading_options;

/* As --values says it. */
const char *rs_values_name(rs_values values);

/* Whether both read alike. */
bool rs_reading_options_equal(const rs_reading_options *a, const rs_reading_options *b);

/* As a pass needs it. */
typedef struct rs_reading {
    rs_reading_options options; /* `order` is a copy that says the deal too; other texts are not */
    bool order_given;           /* the caller said one */
    const rs_labels *labels;    /* in file-name order */
    rs_order_kind order_kind;   /* before it was dealt out */
    char *order_text;        /* what options.order points to */
    rs_order *order;         /* NULL: rows are in file-name order */
    rs_labels *reordered;    /* NULL likewise, and until rs_reading_reorder */
    const rs_labels *const *further; /* [further_count] other label sets of the same images, in
                                        file-name order too; the caller's to set before that */
    size_t further_count;
    rs_labels **further_reordered; /* NULL as `reordered` is */
    rs_set_differences *differences; /* of these from the labels, once rs_reading_reorder is done;
                                        NULL: there are no further sets */
    rs_set_differences *differences_reordered; /* NULL as `reordered` is */
    rs_class_map *class_map; /* NULL: none */
    rs_class_map *positions; /* of an ensemble, whose members go through the class map */
} rs_reading;

/* Reads the class map and the list of the order. Clear *reading in any case. */
rs_status rs_reading_make(const rs_reading_options *options, const rs_labels *labels,
                          rs_reading *reading, rs_error *error);
/* And puts the labels, all sets of them, in the order of the rows, which an evaluator wants, and
 * tells the sets apart. */
rs_status rs_reading_reorder(rs_reading *reading, rs_error *error);
void rs_reading_clear(rs_reading *reading);

/* Of labels that are a part of others (labels_subset.h): the order of a file with rows for all
 * images of the whole; NULL: by file name. */
rs_status rs_reading_order_of_all(const rs_reading *reading, rs_order **order, rs_error *error);

/* What the rows that are scored are, and the map of their columns: of an ensemble, the averages. */
rs_values rs_reading_values(const rs_reading *reading);
const rs_class_map *rs_reading_map(const rs_reading *reading);

/* For the rows of an input, which are in file-name order when it carries names. */
const rs_labels *rs_reading_labels(const rs_reading *reading, const rs_source_info *input);
/* How further label sets differ from those; NULL: there are none. */
const rs_set_differences *rs_reading_differences(const rs_reading *reading,
                                                 const rs_source_info *input);
const rs_order *rs_reading_order(const rs_reading *reading, const rs_source_info *input);
/* How a record names the order. */
const char *rs_reading_order_text(const rs_reading *reading, const rs_source_info *input);

/* Several readings of the same labels. Each is made once, and stays where it is. Clear with
 * rs_readings_clear. */
typedef struct rs_readings {
    const rs_labels *labels;
    const rs_labels *const *further; /* [further_count] as those of a reading */
    size_t further_count;
    rs_reading **reading; /* [count] */
    size_t count;
} rs_readings;

/* One that reads as the options say, its labels reordered; made where there is none yet. */
rs_status rs_readings_find(rs_readings *readings, const rs_reading_options *options,
                           const rs_reading **found, rs_error *error);
void rs_readings_clear(rs_readings *readings);

#endif
