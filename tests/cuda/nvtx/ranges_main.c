/* ranges_main.c - cuda/ranges.h on NVIDIA's NVTX, which the executor only stands in for. */
#include "cuda/ranges.h"

int main(void)
{
    const rs_ranges ranges = rs_ranges_open();
    rs_range_begin_of(ranges, "score", "a.npy");
    rs_range_begin(ranges, "read rows");
    rs_range_end(ranges);
    rs_range_end(ranges);
    rs_ranges_close(ranges);
    return 0;
}
