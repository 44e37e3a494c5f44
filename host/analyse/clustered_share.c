/* clustered_share.c - residuals of clusters, from sums of integers. */
#include "analyse/clustered_share.h"

#include <math.h>

#include "analyse/student_t.h"

static void add_signed(rs_clusters *to, rs_cluster cluster, uint64_t sign)
{
    const uint64_t part = cluster.part;
    const uint64_t whole = cluster.whole;
    to->count += whole > 0 ? sign : 0;
    to->part += sign * part; /* modulo 2^64: what was added is taken away again */
    to->whole += sign * whole;
    to->part2 += sign * (part * part);
    to->cross += sign * (part * whole);
    to->whole2 += sign * (whole * whole);
}

void rs_clusters_add(rs_clusters *clusters, rs_cluster cluster)
{
    add_signed(clusters, cluster, 1);
}

void rs_clusters_change(rs_clusters *clusters, rs_cluster before, rs_cluster after)
{
    add_signed(clusters, before, UINT64_MAX);
    add_signed(clusters, after, 1);
}

/* How many independent draws would scatter as much. Where all are right, or none, or every cluster
 * has the same share, nothing scatters: then a cluster is taken for one draw. */
static double effective_size(const rs_clusters *clusters)
{
    const double count = (double)clusters->count;
    const double whole = (double)clusters->whole;
    const double share = (double)clusters->part / whole;
    const double squares = (double)clusters->part2 - 2.0 * share * (double)clusters->cross +
                           share * share * (double)clusters->whole2;
    if (clusters->part == 0 || clusters->part == clusters->whole ||
        squares <= 1e-14 * (double)clusters->part2) { /* no more than rounding */
        return count;
    }
    const double variance = count / (count - 1.0) * squares / (whole * whole);
    return fmin(share * (1.0 - share) / variance, whole * whole);
}

rs_interval rs_clusters_interval(rs_clusters *clusters)
{
    if (clusters->count < 2) {
        return (rs_interval){NAN, NAN};
    }
    if (clusters->quantile_of != clusters->count) {
        clusters->quantile = rs_student_critical(0.05, (double)(clusters->count - 1));
        clusters->quantile_of = clusters->count;
    }
    const double share = (double)clusters->part / (double)clusters->whole;
    return rs_score_interval(share, effective_size(clusters), clusters->quantile);
}
