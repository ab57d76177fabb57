/* SPDX-License-Identifier: MIT */
/* prong/version.h: which prong this is, at compile time and at run time. */
#ifndef PRONG_VERSION_H
#define PRONG_VERSION_H

#include <prong/status.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PRONG_VERSION_MAJOR 0
#define PRONG_VERSION_MINOR 1
#define PRONG_VERSION_PATCH 0

/* "0.1.0", of the library that is linked; a static string. Any process, any thread. */
PRONG_API const char *prong_version(void);

#ifdef __cplusplus
}
#endif

#endif
