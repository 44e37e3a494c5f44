/* consensus.h - what all models of a folder say of an image, held against its labels: where most of
 * them agree on another class than the label's, where ReaL sides with every one of them, and what
 * none of them gets right.
 */
#ifndef RS_CONSENSUS_H
#define RS_CONSENSUS_H

#include "relabel/mistakes.h"

/* One class that models said of an image. */
typedef struct rs_said {
    int32_t class_index;
    uint32_t models;
    uint32_t next; /* 1 + the place of the image's next class; 0: none */
} rs_said;

/* Predictions of model after model. What is held are the different classes of each image, so that
 * thousands of models need no more room than a few. Clear with rs_opinions_clear. */
typedef struct rs_opinions {
    const rs_labels *labels;
    uint32_t models;
    uint32_t *first; /* [rows of the labels] 1 + the place of the image's first class; 0: none */
    rs_said *said;
    uint64_t said_count;
    uint64_t room;
} rs_opinions;

rs_status rs_opinions_begin(const rs_labels *labels, rs_opinions *opinions, rs_error *error);
/* The rows are those of the labels, each image once, as rs_mistakes_find has checked. */
rs_status rs_opinions_add(rs_opinions *opinions, const rs_mistakes_input *input, rs_error *error);
void rs_opinions_clear(rs_opinions *opinions);

typedef enum rs_agreed {
    RS_AGREED_AGAINST_LABEL = 0, /* more than half of the models say one class, not the label */
    RS_AGREED_REAL_WITH_ALL,     /* every model says a class of the set, none says the label */
    RS_AGREED_ALL_WRONG,         /* no model says a class of the set, which is not empty */
    RS_AGREED_KINDS
} rs_agreed;

typedef struct rs_agreed_image {
    uint32_t image;
    int32_t most;    /* the class that most models say, the lowest of equals; -1: none says any */
    uint32_t models; /* how many say it */
    bool is[RS_AGREED_KINDS];
} rs_agreed_image;

/* Clear with rs_consensus_clear. */
typedef struct rs_consensus {
    uint32_t models;
    uint64_t rows[RS_AGREED_KINDS];   /* that could be of the kind */
    uint64_t images[RS_AGREED_KINDS]; /* that are */
    uint64_t decided;  /* of those against the label: with a set that is not empty ... */
    uint64_t accepted; /* ... and has what most models say */
    rs_agreed_image *list; /* of any kind; most models first, then by image */
    uint64_t count;
} rs_consensus;

rs_status rs_consensus_find(const rs_opinions *opinions, rs_consensus *consensus, rs_error *error);
void rs_consensus_clear(rs_consensus *consensus);

#endif
