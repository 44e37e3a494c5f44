/* npz.h - the names of members in the .npz archives of our own. */
#ifndef RS_NPZ_H
#define RS_NPZ_H

/* The members that `reassess eval --keep-topk` writes: int32 classes, best first, -1 where there is
 * none, and their values. An archive that holds both, of the same shape, is ranked predictions.
 * What was made from ranked predictions has no values, but a mark that says so. */
#define RS_NPZ_CLASSES "classes.npy"
#define RS_NPZ_VALUES  "values.npy"
#define RS_NPZ_RANKED  "ranked.npy"

#endif
