/* options.c - the table of options. */
#include "cli/options.h"

const rs_option rs_options[] = {
#define RS_OPTION(ID, name, letter, kind, argument, choices, commands, group, help) \
    {name, letter, RS_OPTION_##kind, argument, choices, commands, RS_GROUP_##group, help},
#include "cli/options.def"
#undef RS_OPTION
};

const char *const rs_option_groups[] = {
    [RS_GROUP_INPUT] = "Input",       [RS_GROUP_LABELS] = "Labels",
    [RS_GROUP_METRICS] = "Metrics",   [RS_GROUP_OUTPUT] = "Output",
    [RS_GROUP_ENGINE] = "Engine",     [RS_GROUP_MATERIAL] = "Material",
    [RS_GROUP_RATERS] = "Raters",     [RS_GROUP_CLEANING] = "Cleaning",
    [RS_GROUP_CANDIDATES] = "Candidates",
    [RS_GROUP_RANDOM] = "Random numbers",
    [RS_GROUP_GENERAL] = "General",
};
