/* SPDX-License-Identifier: MIT */
/* The one table of operations. Help, man page, completion, the parser and the finisher all read it: a new operation
 * is a row here, a case in finish.c and, where no family holds what it needs, a family file. */
#include "config.h"

#include "reduce/ops.h"

#define NAMED(NAME, ALIASES, HELP) .name = NAME, .aliases = ALIASES, .help = HELP
#define OP(ID) .id = PRONG_OP_##ID
#define SUMS(Q) OP(QUANTITY), .quantity = PRONG_Q_##Q, .needs = PRONG_NEED_EXACT
#define NEEDS(FAMILY) .needs = PRONG_NEED_##FAMILY
#define TRUTHS .needs = PRONG_NEED_NONZERO | PRONG_NEED_NANS
#define PAIRS(Q) OP(QUANTITY), .quantity = PRONG_Q_##Q, .needs = PRONG_NEED_PAIRS
#define WEIGHTED(Q) .weighted = PRONG_Q_##Q
#define NOT_EMPTY .needs_elements = true
#define VARIANT(WORD, USUAL) .param = PRONG_PARAM_VARIANT, .variant = WORD, .usual = USUAL

static const struct prong_op ops[] = {
    { NAMED("count", "n", "number of elements, NaN included"), OP(COUNT) },
    { NAMED("nancount", "", "number of NaN"), OP(NANCOUNT), NEEDS(NANS) },
    { NAMED("infcount", "", "number of infinities of either sign"), OP(INFCOUNT), NEEDS(EXACT), .quantity = PRONG_Q_SUM },
    { NAMED("sum", "", "sum, exact and rounded once"), OP(SUM), NEEDS(EXACT), WEIGHTED(WSUM) },
    { NAMED("mean", "avg average", "arithmetic mean, exact and rounded once"), SUMS(MEAN), WEIGHTED(WMEAN),
      NOT_EMPTY },
    { NAMED("var", "variance", "variance; the divisor is n - DDOF (--ddof, 0 by default)"), SUMS(VAR), WEIGHTED(WVAR) },
    { NAMED("std", "stdev stddev", "standard deviation; divisor n - DDOF"), SUMS(STD), WEIGHTED(WSTD) },
    { NAMED("sem", "meaneb", "standard error of the mean, std / sqrt(n); divisor n - DDOF"), SUMS(SEM) },
    { NAMED("svar", "", "sample variance, divisor n - 1"), SUMS(VAR), WEIGHTED(WVAR), .sample = true },
    { NAMED("pvar", "", "population variance, divisor n"), SUMS(VAR), WEIGHTED(WVAR), .population = true },
    { NAMED("sstdev", "sstd", "sample standard deviation, divisor n - 1"), SUMS(STD), WEIGHTED(WSTD), .sample = true },
    { NAMED("pstdev", "pstd", "population standard deviation, divisor n"), SUMS(STD), WEIGHTED(WSTD),
      .population = true },
    { NAMED("skewness", "pskew skew", "skewness of the population, m3 / m2^1.5"), SUMS(SKEW_POPULATION) },
    { NAMED("sskew", "", "skewness of a sample: times sqrt(n (n - 1)) / (n - 2)"), SUMS(SKEW_SAMPLE) },
    { NAMED("kurtosis", "pkurt kurt", "excess kurtosis of the population, m4 / m2^2 - 3"), SUMS(KURT_POPULATION) },
    { NAMED("skurt", "", "excess kurtosis of a sample"), SUMS(KURT_SAMPLE) },
    { NAMED("ms", "", "mean of the squares"), SUMS(MS), NOT_EMPTY },
    { NAMED("rms", "", "root of the mean of the squares"), SUMS(RMS), NOT_EMPTY },
    { NAMED("norm", "", "sum of the absolute values"), SUMS(NORM1), VARIANT("1", NULL) },
    { NAMED("norm", "", "Euclidean norm, the root of the sum of the squares"), SUMS(NORM2), VARIANT("2", "2") },
    { NAMED("norm", "", "largest absolute value (0 for none)"), OP(NORM_INF), NEEDS(EXTREMA), VARIANT("inf", NULL) },
    { NAMED("dot", "dotprod", "sum of the products of two arrays of one shape, exact and rounded once"), OP(DOT), NEEDS(DOT),
      .quantity = PRONG_Q_DOT },
    { NAMED("cov", "covariance", "covariance of two arrays of one shape; the divisor is n - DDOF"), PAIRS(COV) },
    { NAMED("scov", "", "sample covariance of two arrays, divisor n - 1"), PAIRS(COV), .sample = true },
    { NAMED("pcov", "", "population covariance of two arrays, divisor n"), PAIRS(COV), .population = true },
    { NAMED("corr", "pearson spearson ppearson", "Pearson's correlation of two arrays of one shape, exact and rounded once"),
      PAIRS(CORR) },
    { NAMED("prod", "product", "product, by a fixed tree: the same bits for any number of workers; not exact"), OP(PROD),
      NEEDS(PRODUCT), .in_order = true },
    { NAMED("geomean", "gmean", "geometric mean: exp of the mean of the logarithms, each rounded, summed exactly"),
      OP(GEOMEAN), NEEDS(LOGS), NOT_EMPTY },
    { NAMED("harmmean", "hmean", "harmonic mean: n / the sum of the inverses, each rounded, summed exactly"), OP(HARMMEAN),
      NEEDS(INVERSES), NOT_EMPTY },
    { NAMED("logsumexp", "", "log of the sum of exp(x): exponentials rounded, summed exactly; -inf of nothing"), OP(LOGSUMEXP),
      NEEDS(SCALED), .unmergeable = true },
    { NAMED("min", "minimum", "smallest element"), OP(MIN), NEEDS(EXTREMA), NOT_EMPTY },
    { NAMED("max", "maximum", "largest element"), OP(MAX), NEEDS(EXTREMA), NOT_EMPTY },
    { NAMED("range", "ptp", "largest less smallest element"), OP(RANGE), NEEDS(EXTREMA), NOT_EMPTY },
    { NAMED("argmin", "", "index of the first smallest element, from 0"), OP(ARGMIN), NEEDS(EXTREMA), NOT_EMPTY },
    { NAMED("argmax", "", "index of the first largest element, from 0"), OP(ARGMAX), NEEDS(EXTREMA), NOT_EMPTY },
    { NAMED("absmin", "", "element of the smallest absolute value (the first of equals)"), OP(ABSMIN), NEEDS(EXTREMA),
      NOT_EMPTY },
    { NAMED("absmax", "", "element of the largest absolute value (the first of equals)"), OP(ABSMAX), NEEDS(EXTREMA),
      NOT_EMPTY },
    { NAMED("median", "", "median; of an even number the mean of the middle two"), OP(MEDIAN), NEEDS(ORDER), NOT_EMPTY },
    { NAMED("q1", "", "first quartile (--method)"), OP(Q1), NEEDS(ORDER), NOT_EMPTY },
    { NAMED("q3", "", "third quartile (--method)"), OP(Q3), NEEDS(ORDER), NOT_EMPTY },
    { NAMED("iqr", "", "third less first quartile (--method)"), OP(IQR), NEEDS(ORDER), NOT_EMPTY },
    { NAMED("quantile", "", "quantiles of the fractions Q (--method)"), OP(QUANTILE), NEEDS(ORDER), NOT_EMPTY,
      .param = PRONG_PARAM_FRACTIONS },
    { NAMED("perc", "percentile", "percentiles (--method); of 95 if no P is given"), OP(PERCENTILE), NEEDS(ORDER), NOT_EMPTY,
      .param = PRONG_PARAM_PERCENTS, .usual = "95" },
    { NAMED("trimmean", "", "mean without the fraction F of the elements at either end, rounded once"), OP(TRIMMEAN),
      NEEDS(ORDER), NOT_EMPTY, .param = PRONG_PARAM_HALF },
    { NAMED("mad", "", "median absolute deviation from the median, times 1.4826"), OP(MAD), NEEDS(ORDER), NOT_EMPTY },
    { NAMED("madraw", "", "median absolute deviation from the median"), OP(MADRAW), NEEDS(ORDER), NOT_EMPTY },
    { NAMED("hist", "histogram", "histogram of BINS bins, or as many as a rule finds; 10 by default (--range, --edges)"),
      OP(HISTOGRAM), NEEDS(HISTOGRAM), .param = PRONG_PARAM_BINS, .usual = "10" },
    { NAMED("topk", "largest", "the K largest elements, the largest first"), OP(TOPK), NEEDS(TOP), NOT_EMPTY,
      .param = PRONG_PARAM_WHOLE },
    { NAMED("bottomk", "smallest", "the K smallest elements, the smallest first"), OP(BOTTOMK), NEEDS(TOP), NOT_EMPTY,
      .param = PRONG_PARAM_WHOLE },
    { NAMED("mode", "", "most frequent value, of equals the smallest"), OP(MODE), NEEDS(DISTINCT), NOT_EMPTY },
    { NAMED("antimode", "", "least frequent value, of equals the smallest"), OP(ANTIMODE), NEEDS(DISTINCT), NOT_EMPTY },
    { NAMED("unique", "uniq", "all different values, ascending"), OP(UNIQUE), NEEDS(DISTINCT) },
    { NAMED("countunique", "nunique", "number of different values"), OP(COUNTUNIQUE), NEEDS(DISTINCT) },
    { NAMED("any", "", "is any element not 0?"), OP(ANY), TRUTHS },
    { NAMED("all", "", "are all elements not 0?"), OP(ALL), TRUTHS },
    { NAMED("count_nonzero", "nonzero", "number of elements that are not 0"), OP(COUNT_NONZERO), TRUTHS },
    { NAMED("and", "", "bitwise and of integers"), OP(BIT_AND), NEEDS(BITS) },
    { NAMED("or", "", "bitwise or of integers"), OP(BIT_OR), NEEDS(BITS) },
    { NAMED("xor", "", "bitwise exclusive or of integers"), OP(BIT_XOR), NEEDS(BITS) },
    { NAMED("checksum", "", "hash of the elements' values, whatever their order"), OP(CHECKSUM), NEEDS(HASH) },
    { NAMED("first", "", "first element"), OP(FIRST), NEEDS(ENDS), NOT_EMPTY },
    { NAMED("last", "", "last element"), OP(LAST), NEEDS(ENDS), NOT_EMPTY },
};

const struct prong_op *prong_op_row(size_t k)
{
    return k < sizeof ops / sizeof ops[0] ? &ops[k] : NULL;
}
