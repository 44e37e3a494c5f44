/* ranges.h - NVTX ranges in the domain "reassess": model, read, copy, kernel, reduce, write.
 *
 * NVTX is headers only; without a profiler attached a range costs a few nanoseconds.
 */
#ifndef RS_RANGES_H
#define RS_RANGES_H

#include <nvtx3/nvToolsExt.h>
#include <string.h>

typedef nvtxDomainHandle_t rs_ranges;

static inline rs_ranges rs_ranges_open(void)
{
    return nvtxDomainCreateA("reassess");
}

static inline void rs_range_begin(rs_ranges ranges, const char *name)
{
    nvtxEventAttributes_t attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.version = NVTX_VERSION;
    attributes.size = NVTX_EVENT_ATTRIB_STRUCT_SIZE;
    attributes.messageType = NVTX_MESSAGE_TYPE_ASCII;
    attributes.message.ascii = name;
    (void)nvtxDomainRangePushEx(ranges, &attributes);
}

static inline void rs_range_end(rs_ranges ranges)
{
    (void)nvtxDomainRangePop(ranges);
}

static inline void rs_ranges_close(rs_ranges ranges)
{
    nvtxDomainDestroy(ranges);
}

#endif
