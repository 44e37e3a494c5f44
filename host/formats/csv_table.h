/* csv_table.h - a table of predictions between its text and its rows. */
#ifndef RS_CSV_TABLE_H
#define RS_CSV_TABLE_H

#include <locale.h>

#include "formats/csv_columns.h"
#include "formats/input.h"
#include "formats/source_impl.h"

typedef struct rs_csv_entry {
    const char *path; /* as the line has it; NULL, as is name: no column names images */
    const char *name; /* its last component */
    double probability; /* 0 where there are none */
    int32_t class_index;
    bool together; /* with all others of its image, on one line */
    uint64_t line;
    uint64_t serial; /* from 0, as they stand in the file */
} rs_csv_entry;

typedef struct rs_csv_table {
    const char *file;      /* for messages */
    const rs_input *input; /* says when to stop */
    char *text;
    uint64_t text_bytes;
    locale_t plain_numbers; /* "0.5" is a number wherever we are */
    rs_csv_entry *entries;
    uint64_t entry_count;
    uint64_t entry_capacity;
    rs_csv_columns columns;
    uint64_t repeats; /* of images, as rows come */
    rs_repeats_differ differ;
    rs_repeats_differ longer; /* images with lines that are hardly of one ranking */
} rs_csv_table;

/* Rows in the order of the base names. Free with rs_csv_cut_clear. */
typedef struct rs_csv_cut {
    uint64_t rows;
    uint64_t columns; /* of the longest */
    uint64_t *begin;  /* [rows + 1] */
    int32_t *classes;
    const char **names; /* [rows]; they stand in the text */
} rs_csv_cut;

/* Sorts the entries. */
rs_status rs_csv_cut_rows(rs_csv_table *table, rs_csv_cut *cut, rs_error *error);
void rs_csv_cut_clear(rs_csv_cut *cut);

#endif
