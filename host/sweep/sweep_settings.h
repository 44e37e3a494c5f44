/* sweep_settings.h - the options of a sweep that count for its results, as texts for the content
 * key. Which engine, how many threads and how files are read do not count: they change nothing. */
#ifndef RS_SWEEP_SETTINGS_H
#define RS_SWEEP_SETTINGS_H

#include "sweep/content_key.h"
#include "sweep/sweep.h"

enum { RS_SWEEP_SETTING_COUNT = 20, RS_SWEEP_SETTING_BYTES = 512 };

typedef struct rs_sweep_settings {
    rs_key_setting setting[RS_SWEEP_SETTING_COUNT]; /* values point into `text` or outlive it */
    char text[RS_SWEEP_SETTING_COUNT][RS_SWEEP_SETTING_BYTES];
    size_t count;
} rs_sweep_settings;

/* *settings must not be moved afterwards. */
rs_status rs_sweep_settings_make(const rs_sweep *sweep, const rs_reading *reading,
                                 rs_sweep_settings *settings, rs_error *error);

/* The options of the oracle back from a key's settings, for a tally of `classes` classes. *excluded
 * has one entry a class and is freed with free(). */
rs_status rs_sweep_settings_oracle(const rs_json *settings, uint32_t classes,
                                   rs_metrics_options *options, bool **excluded, rs_error *error);

#endif
