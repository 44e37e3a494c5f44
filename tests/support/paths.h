// paths.h - where things lie on this machine. Compiled once, so that no other object of a test
// depends on the folder it was built in, and compiler caches serve every checkout.
#pragma once

extern const char RS_TEST_PROGRAM[];  // the built `reassess`, "" where none is built
extern const char RS_TEST_SOURCES[];  // the source tree
