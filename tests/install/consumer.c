/* consumer.c - what a user of the installed library writes. */
#include <reassess/reassess.h>
#include <stdio.h>

int main(void)
{
    const int32_t original[2] = {0, 1};
    rs_error error;
    rs_labels *labels = NULL;
    if (rs_labels_create(2, 2, original, NULL, NULL, &labels, &error) != RS_OK) {
        fprintf(stderr, "%s\n", error.reason);
        return 1;
    }
    printf("reassess %s: %u rows\n", RS_VERSION, (unsigned)rs_labels_get_view(labels)->rows);
    rs_labels_free(labels);
    return 0;
}
