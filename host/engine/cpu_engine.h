/* cpu_engine.h - the engine that runs everywhere. */
#ifndef RS_CPU_ENGINE_H
#define RS_CPU_ENGINE_H

#include "engine/engine.h"

/* `isa` RS_ISA_AUTO takes the widest there is; one that this processor lacks is RS_UNSUPPORTED.
 * `threads` 0 takes the processors of the affinity mask. No thread is made before a pass is large
 * enough to need it. Close with (*engine)->vtable->close; *engine is NULL on failure. */
rs_status rs_cpu_engine_open(rs_isa isa, unsigned threads, rs_engine **engine, rs_error *error);

#endif
