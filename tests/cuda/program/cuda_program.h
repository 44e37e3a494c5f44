/* cuda_program.h - the program on simulated devices: the driver is an empty library, the module is
 * the engine on the executor. */
#ifndef RS_TEST_CUDA_PROGRAM_H
#define RS_TEST_CUDA_PROGRAM_H

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/sweep_task.h"

/* The environment in which `devices` (as SIMT_DEVICES) are there, and what is added to it. */
inline Words SimulatedDevices(const std::string &devices, const Words &more = {})
{
    Words environment = {"LD_LIBRARY_PATH=" RS_TEST_DRIVER_FOLDER,
                         "REASSESS_CUDA_PLUGIN=" RS_TEST_MODULE,
                         "REASSESS_CUBLAS=" RS_TEST_MODULE, /* the executor's is in there too */
                         "SIMT_DEVICES=" + devices};
    environment.insert(environment.end(), more.begin(), more.end());
    return environment;
}

inline void ExpectSays(const std::string &text, const std::string &part)
{
    EXPECT_NE(text.find(part), std::string::npos) << text;
}

#endif
