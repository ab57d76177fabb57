/* SPDX-License-Identifier: MIT */
/* The kernels of one instruction set: included once for each, with LANES, KERNEL (the name of the table) and ISA
 * defined, and what exact/vector.h knows of besides. */
#ifndef PRONG_EXACT_TABLE_H
#define PRONG_EXACT_TABLE_H

#include "exact/grid.h"
#include "exact/halves.h"
#include "exact/panel.h"
#include "exact/product.h"
#include "exact/split.h"

const struct prong_kernel KERNEL = {
    .isa = ISA,
    .sum = sum,
    .sum_of = { NULL, sum_f32, sum_f16, sum_bf16 },
    .sum_but_nan = sum_but_nan,
    .sum_of_but_nan = { NULL, sum_f32_but_nan, sum_f16_but_nan, sum_bf16_but_nan },
#ifdef FMSUB
    .squares = squares,
    .squares_but_nan = squares_but_nan,
    .dot = dot,
    .square_parts = square_parts,
#endif
    .integers = integers,
#ifdef MUL_LOW
    .integer_squares = integer_squares,
#endif
    .panel = { panel_f64, panel_f32 },
    .panel_but_nan = { panel_f64_but_nan, panel_f32_but_nan },
    .look = { look_f64, look_f32 },
    .panel_integers = panel_integers,
    .largest = largest,
    .count_minus_zero = count_minus_zero,
    .split = split,
#if LANES > 2
    .slots = slots,
#endif
    .absolute = absolute,
    .widen = { NULL, widen_f32, widen_f16, widen_bf16 },
};

#endif
