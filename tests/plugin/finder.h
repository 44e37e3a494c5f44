/* finder.h - what the program and the library both offer. */
#ifndef RS_TEST_PLUGIN_FINDER_H
#define RS_TEST_PLUGIN_FINDER_H

/* Looks for the module; the error, which there always is, goes to standard error. */
void find_module(void);

#endif
