/* model_families.c - families, largest first. */
#include "sweep/model_families.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/text.h"

typedef struct model_family {
    const char *name;
    size_t models;
} model_family;

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const model_family *)a)->name, ((const model_family *)b)->name);
}

RS_SORTS(compare_sizes, model_family)
{
    RS_ORDER_BY(right->models, left->models);
    return strcmp(left->name, right->name);
}

/* Joins neighbours of one name; returns how many there are. */
static size_t join(model_family *family, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; ++i) {
        if (kept > 0 && strcmp(family[kept - 1].name, family[i].name) == 0) {
            family[kept - 1].models += 1;
        } else {
            family[kept++] = family[i];
        }
    }
    return kept;
}

static void give_colours(rs_report *report, const model_family *family, size_t count)
{
    for (size_t f = 0; f < count && f < RS_FAMILIES && family[f].models > 1; ++f) {
        report->family[report->families++] = family[f].name;
        for (size_t i = 0; i < report->count; ++i) {
            if (strcmp(report->model[i].family, family[f].name) == 0) {
                report->model[i].colour = report->families;
            }
        }
    }
}

rs_status rs_model_families_find(rs_report *report, rs_error *error)
{
    model_family *family = NULL;
    rs_status status = RS_OK;
    RS_TRY(RS_NEW(&family, report->count, "families of models", error));
    for (size_t i = 0; i < report->count; ++i) {
        rs_report_model *const model = &report->model[i];
        const char *const name = model->record.model;
        if (model->family == NULL) {
            RS_TRY_DONE(rs_format_text(&model->family, error, "%.*s", (int)strcspn(name, "_. "),
                                       name));
        }
        family[i] = (model_family){model->family, 1};
    }
    qsort(family, report->count, sizeof *family, compare_names);
    const size_t count = join(family, report->count);
    qsort(family, count, sizeof *family, compare_sizes);
    give_colours(report, family, count);
done:
    free(family);
    return status;
}
