/* SPDX-License-Identifier: MIT */
#ifndef PRONG_REDUCE_H
#define PRONG_REDUCE_H
#endif
