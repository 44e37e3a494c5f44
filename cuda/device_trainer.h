/* device_trainer.h - heads trained on one device (engine/trainer.h). */
#ifndef RS_DEVICE_TRAINER_H
#define RS_DEVICE_TRAINER_H

#include "cuda/gpu.h"
#include "engine/trainer.h"

/* On the current device, which is the gpu's. *trainer is NULL on failure. */
rs_status rs_device_train(rs_gpu *gpu, const rs_trainer_task *task, rs_trainer **trainer,
                          rs_error *error);

#endif
