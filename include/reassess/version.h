/* version.h - which version of the API this is. CMakeLists.txt reads it from here. */
#ifndef REASSESS_VERSION_H
#define REASSESS_VERSION_H

#define RS_VERSION "0.1.0"
#define RS_VERSION_MAJOR 0
#define RS_VERSION_MINOR 1
#define RS_VERSION_PATCH 0

#endif
