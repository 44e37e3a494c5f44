/* score_imagefolder.c - a model's logits from a file, scored against the default labels.
 *
 *     cc score_imagefolder.c -o score $(pkg-config --cflags --libs reassess) && ./score logits.npy
 *
 * The rows are in the order in which ImageFolder and most data loaders give the images: by class
 * folder, then by file name.
 */
#include <reassess/reassess.h>
#include <stdio.h>

/* The labels of the default folder, their rows in the order of the model's. */
static rs_status load_labels(rs_labels **labels, rs_error *error)
{
    rs_labels *by_file_name = NULL;
    rs_order *order = NULL;
    rs_status status = rs_labels_load_default(&by_file_name, error);
    if (status == RS_OK) {
        status = rs_order_create(by_file_name, RS_ORDER_IMAGEFOLDER, NULL, &order, error);
    }
    if (status == RS_OK) {
        status = rs_labels_reorder(by_file_name, order, labels, error);
    }
    rs_order_free(order);
    rs_labels_free(by_file_name);
    return status;
}

static rs_status score(const char *path, const rs_labels *labels, rs_metrics *metrics,
                       rs_error *error)
{
    rs_source *source = NULL;
    rs_evaluator *evaluator = NULL;
    rs_tally *tally = NULL;
    rs_status status = rs_source_open(path, NULL, &source, error);
    if (status == RS_OK) {
        status = rs_evaluator_create(NULL, &evaluator, error); /* top-1 and top-5, every core */
    }
    if (status == RS_OK) {
        status = rs_evaluator_score(evaluator, labels, source, NULL, NULL, NULL, &tally, error);
    }
    if (status == RS_OK) {
        status = rs_metrics_compute(tally, NULL, metrics, error);
    }
    rs_tally_free(tally);
    rs_evaluator_free(evaluator);
    rs_source_close(source);
    return status;
}

static void print(const rs_metrics *metrics, const char *name)
{
    const rs_metric *metric = rs_metrics_find(metrics, name);
    if (metric->reason != NULL) {
        printf("%s: %s\n", name, metric->reason);
    } else {
        printf("%s: %.2f %% of %llu\n", name, 100.0 * metric->value,
               (unsigned long long)metric->total);
    }
}

int main(int argc, char **argv)
{
    rs_labels *labels = NULL;
    rs_metrics metrics = {0};
    rs_error error = {0};
    rs_status status = load_labels(&labels, &error);
    if (status == RS_OK) {
        status = score(argc > 1 ? argv[1] : "-", labels, &metrics, &error);
    }
    if (status == RS_OK) {
        print(&metrics, "imagenet_top1");
        print(&metrics, "real_top1");
    } else {
        char text[RS_ERROR_FILE_BYTES + 3 * RS_ERROR_TEXT_BYTES];
        fprintf(stderr, "%s\n", rs_error_format(&error, text, sizeof text));
    }
    rs_metrics_clear(&metrics);
    rs_labels_free(labels);
    return rs_status_exit(status);
}
