/* SPDX-License-Identifier: MIT */
/* The version of the library that is linked, which may not be the one whose headers were compiled against. */
#include "config.h"

#include "prong/version.h"

const char *prong_version(void)
{
    return PACKAGE_VERSION;
}
