#include "support/paths.h"

const char RS_TEST_PROGRAM[] = RS_TEST_PROGRAM_PATH;
const char RS_TEST_SOURCES[] = RS_TEST_SOURCES_PATH;
