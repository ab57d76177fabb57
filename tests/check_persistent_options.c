/* SPDX-License-Identifier: MIT */
/* What the options of a pool do to its workers: places, groups, limits, functions run at their start and end. */
#include "persistent_fixture.h"
int main(void){return 0;}
