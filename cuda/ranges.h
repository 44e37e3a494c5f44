/* ranges.h - NVTX ranges in the domain "reassess"; docs/CUDA.md lists them.
 *
 * A range is what a thread of the host does, so its name says that: work is put into a stream
 * ("enqueue ..."), waited for, read, written. How long the device takes is told by the rows of the
 * device. NVTX is headers only; without a profiler attached a range costs a few nanoseconds.
 */
#ifndef RS_RANGES_H
#define RS_RANGES_H

#include <nvtx3/nvToolsExt.h>
#include <stdio.h>
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

/* "WHAT PATH", cut where it is longer than anybody reads. */
static inline void rs_range_begin_of(rs_ranges ranges, const char *what, const char *path)
{
    char name[256];
    (void)snprintf(name, sizeof name, "%s %s", what, path);
    rs_range_begin(ranges, name);
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
