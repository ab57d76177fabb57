/* SPDX-License-Identifier: MIT */
/* prong.h: all of prong's public interface. Each header below states its own contracts. */
#ifndef PRONG_H
#define PRONG_H

#include <prong/array.h>
#include <prong/exact.h>
#include <prong/fold.h>
#include <prong/ipc.h>
#include <prong/pool.h>
#include <prong/reduce.h>
#include <prong/status.h>
#include <prong/table.h>
#include <prong/trace.h>
#include <prong/version.h>

#endif
