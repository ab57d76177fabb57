/* SPDX-License-Identifier: MIT */
/* The smallest user of an installed prong: tests/installed.sh compiles it against the installed tree alone. */
#include <prong.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    char compiled[32];

    snprintf(compiled, sizeof compiled, "%d.%d.%d", PRONG_VERSION_MAJOR, PRONG_VERSION_MINOR, PRONG_VERSION_PATCH);
    printf("%s: %s\n", prong_version(), prong_status_string(PRONG_OK));
    return strcmp(compiled, prong_version()) != 0 || !*prong_status_string(PRONG_ELOST);
}
