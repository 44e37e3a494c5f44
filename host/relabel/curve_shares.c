/* curve_shares.c - three shares of the same images. */
#include "relabel/curve_shares.h"

static rs_cluster precision_of(rs_image_counts counts)
{
    return (rs_cluster){counts.right, counts.taken};
}

static rs_cluster recall_of(rs_image_counts counts)
{
    return (rs_cluster){counts.right, counts.present};
}

static rs_cluster f1_of(rs_image_counts counts)
{
    return (rs_cluster){2 * counts.right, counts.taken + counts.present};
}

void rs_share_sums_change(rs_share_sums *sums, rs_image_counts before, rs_image_counts after)
{
    rs_clusters_change(&sums->precision, precision_of(before), precision_of(after));
    rs_clusters_change(&sums->recall, recall_of(before), recall_of(after));
    rs_clusters_change(&sums->f1, f1_of(before), f1_of(after));
}

rs_share_ends rs_share_sums_ends(rs_share_sums *sums)
{
    return (rs_share_ends){
        .precision = rs_clusters_interval(&sums->precision),
        .recall = rs_clusters_interval(&sums->recall),
        .f1 = rs_clusters_interval(&sums->f1),
    };
}
