/* SPDX-License-Identifier: MIT */
#ifndef PRONG_FOLD_H
#define PRONG_FOLD_H
#endif
