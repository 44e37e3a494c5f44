/* fit_settings.h - what the options of `reassess fit` ask for, checked. */
#ifndef RS_FIT_SETTINGS_H
#define RS_FIT_SETTINGS_H

#include "cli/arguments.h"
#include "fit/fit.h"

/* The heads and epochs that `options` points to. */
typedef struct rs_fit_settings {
    rs_fit_options options;
    rs_fit_head heads[RS_FIT_HEADS_MAX];
    uint64_t epochs[RS_FIT_EPOCHS_MAX];
    rs_fit_keep keep;
    bool sets;         /* --real: label sets are learned */
    bool default_rate; /* --lr was not given: the heads' is 0 and follows from the features */
} rs_fit_settings;

/* *settings must stay where it is: it points into itself. */
rs_status rs_fit_settings_take(const rs_arguments *arguments, rs_fit_settings *settings,
                               rs_error *error);

#endif
