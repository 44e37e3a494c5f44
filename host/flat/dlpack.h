/* dlpack.h - the layouts of DLPack (https://dmlc.github.io/dlpack), an interface between array
 * libraries that is kept binary-compatible: the part of dlpack.h that a consumer reads. */
#ifndef RS_DLPACK_H
#define RS_DLPACK_H

#include <stdint.h>

/* Kinds of devices whose memory the host reads as its own. */
enum { DL_CPU = 1, DL_CUDA = 2, DL_CUDA_HOST = 3, DL_CUDA_MANAGED = 13 };

typedef struct dl_tensor {
    void *data;
    int32_t device_type;
    int32_t device_id;
    int32_t ndim;
    uint8_t code; /* 0 signed, 1 unsigned, 2 float, 4 bfloat */
    uint8_t bits;
    uint16_t lanes;
    int64_t *shape;
    int64_t *strides; /* in elements; NULL: compact, row after row */
    uint64_t byte_offset;
} dl_tensor;

/* A DLManagedTensor begins with its tensor; a versioned one has these before it. */
typedef struct dl_versioned {
    uint32_t major;
    uint32_t minor;
    void *manager_ctx;
    void (*deleter)(void *self);
    uint64_t flags;
    dl_tensor tensor;
} dl_versioned;

#endif
