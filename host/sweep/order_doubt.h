/* order_doubt.h - whether the counts of a pass ask for a look at the order of its rows.
 *
 * Rows in another order than the labels need not end near chance: gathered from the processes of a
 * distributed sampler in ImageFolder order they are mixed within a few classes, and two in three
 * may be right. They are right for the wrong image of the right class, which the sets know: where
 * raters dropped a label, a model of the image mostly answers what they say, one of another image
 * of the class what the label says.
 */
#ifndef RS_ORDER_DOUBT_H
#define RS_ORDER_DOUBT_H

#include "reassess/reassess.h"

typedef enum rs_order_doubt {
    RS_ORDER_FINE = 0,
    RS_ORDER_LOOK, /* another order may explain more: worth a look */
    RS_ORDER_ALARM /* so is no sound model, whether something explains it or not; but so are the
                      labels themselves with noise, whose mistakes are not alike */
} rs_order_doubt;

/* `labels` are those of the pass, in any order. */
rs_order_doubt rs_doubt_order(const rs_metrics *metrics, const rs_labels *labels);

#endif
