/* SPDX-License-Identifier: MIT */
/* The options of a run, resolved. */
#ifndef PRONG_POOL_OPTIONS_H
#define PRONG_POOL_OPTIONS_H

#include "prong/fold.h"

/* Copies the caller's options, of whatever version's size, over the defaults and checks them. options may be NULL. */
prong_status prong_options_resolve(prong_options *out, const prong_options *options, prong_error *err);

#endif
