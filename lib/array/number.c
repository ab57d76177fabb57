/* SPDX-License-Identifier: MIT */
/* From characters to the nearest double, ties to even, whatever the locale.
 *
 * Three ways, each of which knows when it cannot be trusted and hands over to the next:
 *   1. up to 19 digits w and a small power of ten: w and 10^|q| are doubles, so one multiplication or division
 *      rounds once (W. Clinger, "How to read floating point numbers accurately", 1990);
 *   2. w times the first 128 bits of 5^q: nearly always enough to know the rounding (D. Lemire, "Number parsing at
 *      a gigabyte per second", 2021, after M. Eisel);
 *   3. strtod in the C locale, for the rest: halfway cases of many digits, subnormals, overflow, hexadecimal. */
#include "config.h"

#include "array/number.h"

#include <errno.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const double tens[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                               1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

enum { EXACT_TEN = 22, MAX_DIGITS = 19 };

/* The significant digits of a decimal number: value = w * 10^q, or between that and (w + 1) * 10^q if cut. */
struct decimal {
    uint64_t w;
    int64_t q;
    bool cut;
};

static inline bool is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

/* Eight digits at once, by arithmetic on the bytes of a word: pairs, fours, eight. */
static inline bool eight_digits(const char *at, uint64_t *value)
{
    uint64_t x;

    memcpy(&x, at, sizeof x);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    if (((x & 0xf0f0f0f0f0f0f0f0) | ((x + 0x0606060606060606) & 0xf0f0f0f0f0f0f0f0) >> 4) != 0x3333333333333333)
        return false;
    x -= 0x3030303030303030;
    x = x * 10 + (x >> 8);
    x = (x & 0x000000ff000000ff) * 0x000f424000000064 + (x >> 16 & 0x000000ff000000ff) * 0x0000271000000001;
    *value = x >> 32;
    return true;
}

/* Takes digits into w, which wraps where there are too many: take_again is for those. */
static inline const char *take_digits(const char *at, const char *limit, uint64_t *w)
{
    uint64_t eight;

    while (limit - at >= 8 && eight_digits(at, &eight)) {
        *w = *w * 100000000 + eight;
        at += 8;
    }
    for (; at < limit && is_digit(*at); at++)
        *w = *w * 10 + (uint64_t)(*at - '0');
    return at;
}

/* More than 19 digits from first to last, a point among them perhaps: leading zeros do not count, the 20th digit
 * and what follows is cut. q is that of the last digit. */
static void take_again(const char *first, const char *last, struct decimal *d)
{
    int taken = 0;

    d->w = 0;
    for (const char *at = first; at < last; at++) {
        if (*at == '.')
            continue;
        if (taken == 0 && *at == '0')
            continue;
        if (taken < MAX_DIGITS) {
            d->w = d->w * 10 + (uint64_t)(*at - '0');
            taken++;
        } else {
            d->q += 1;
            d->cut = true;
        }
    }
}

/* [digits][.[digits]] and an exponent, at least one digit. NULL if it is not that. */
static inline const char *take_decimal(const char *at, const char *limit, struct decimal *d)
{
    const char *first = at, *last;
    int64_t digits;

    *d = (struct decimal){ 0, 0, false };
    at = take_digits(at, limit, &d->w);
    digits = at - first;
    if (at < limit && *at == '.') {
        const char *fraction = ++at;
        at = take_digits(at, limit, &d->w);
        d->q = fraction - at;
        digits -= d->q;
    }
    if (digits == 0)
        return NULL;
    last = at;
    if (at < limit && (*at | 0x20) == 'e') {
        bool down = false;
        int64_t exponent = 0;
        if (++at < limit && (*at == '+' || *at == '-'))
            down = *at++ == '-';
        if (at == limit || !is_digit(*at))
            return NULL;
        for (; at < limit && is_digit(*at); at++)
            if (exponent < 1000000)
                exponent = exponent * 10 + (*at - '0');
        d->q += down ? -exponent : exponent;
    }
    if (digits > MAX_DIGITS)
        take_again(first, last, d);
    return at;
}

#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 wide;

/* The double next to w * 10^q as bits; 0 if these 128 bits do not tell, or if it is not a normal number. */
static uint64_t nearest(uint64_t w, int64_t q, const struct prong_power *powers)
{
    const struct prong_power *power = &powers[q - PRONG_POWER_MIN];
    int zeros = __builtin_clzll(w), upper, shift;
    wide product;
    uint64_t high, low, mantissa;
    int64_t exponent;

    w <<= zeros;
    product = (wide)w * power->high;
    high = (uint64_t)(product >> 64);
    low = (uint64_t)product;
    if ((high & 0x1ff) == 0x1ff) { /* a carry from the lower half could reach the bits that decide */
        uint64_t more = (uint64_t)((wide)w * power->low >> 64);
        low += more;
        if (low < more)
            high++;
        if (low == UINT64_MAX && (q < -27 || q > 55))
            return 0;
    }
    upper = (int)(high >> 63);
    shift = upper + 64 - DBL_MANT_DIG - 2;
    mantissa = high >> shift;
    /* The exponent's bits: floor(q * log2(10)) from the fraction 217706 / 2^16 = log2(10), exact in this range. */
    exponent = ((217706 * q) >> 16) + 64 + upper - zeros + 1022;
    if (exponent <= 0 || exponent >= 0x7fe)
        return 0;
    /* Exactly halfway is possible for small q only; then to even. */
    if (low <= 1 && q >= -4 && q <= 23 && (mantissa & 3) == 1 && mantissa << shift == high)
        mantissa &= ~(uint64_t)1;
    mantissa = (mantissa + (mantissa & 1)) >> 1;
    if (mantissa >> DBL_MANT_DIG) {
        mantissa >>= 1;
        exponent++;
    }
    return (mantissa & (((uint64_t)1 << (DBL_MANT_DIG - 1)) - 1)) | (uint64_t)exponent << (DBL_MANT_DIG - 1);
}

static bool by_product(const struct decimal *d, const struct prong_power *powers, double *value)
{
    uint64_t bits;

    if (d->q < PRONG_POWER_MIN || d->q > PRONG_POWER_MAX)
        return false;
    bits = nearest(d->w, d->q, powers);
    if (bits == 0 || (d->cut && bits != nearest(d->w + 1, d->q, powers)))
        return false;
    memcpy(value, &bits, sizeof bits);
    return true;
}
#else
static bool by_product(const struct decimal *d, const struct prong_power *powers, double *value)
{
    (void)d, (void)powers, (void)value;
    return false;
}
#endif

bool prong_number_front(const char *at, const char *limit, const struct prong_power *powers, double *value,
                        const char **end)
{
    bool negative = false;
    struct decimal d;
    double result;

    if (at < limit && (*at == '-' || *at == '+'))
        negative = *at++ == '-';
    at = take_decimal(at, limit, &d);
    if (!at)
        return false;
    *end = at;
    if (d.w == 0) {
        result = 0;
    } else if (FLT_EVAL_METHOD == 0 && !d.cut && d.w <= UINT64_C(1) << DBL_MANT_DIG && d.q >= -EXACT_TEN &&
               d.q <= EXACT_TEN) {
        result = (double)d.w;
        result = d.q < 0 ? result / tens[-d.q] : result * tens[d.q];
    } else if (!by_product(&d, powers, &result)) {
        return false;
    }
    *value = negative ? -result : result;
    return true;
}

static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;

static void make_c_locale(void)
{
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0); /* kept for the life of the process */
}

/* strtod of the whole token, which needs a NUL behind it. */
static bool by_strtod(const char *token, size_t length, double *value)
{
    char small[256];
    char *copy = length < sizeof small ? small : malloc(length + 1);
    char *end;
    int saved = errno;
    bool whole;

    pthread_once(&c_locale_once, make_c_locale);
    if (!copy || c_locale == (locale_t)0) {
        if (copy != small)
            free(copy);
        return false;
    }
    memcpy(copy, token, length);
    copy[length] = '\0';
    *value = strtod_l(copy, &end, c_locale);
    whole = end == copy + length;
    if (copy != small)
        free(copy);
    errno = saved;
    return whole;
}

/* Is it word, in any case? */
static bool is_word(const char *at, size_t length, const char *word)
{
    if (strlen(word) != length)
        return false;
    for (size_t i = 0; i < length; i++)
        if ((at[i] | 0x20) != word[i])
            return false;
    return true;
}

bool prong_text_number(const char *token, size_t length, double *value)
{
    const char *limit = token + length, *end, *at = token;
    bool negative;
    struct decimal d;

    if (length == 0)
        return false;
    if (prong_number_front(token, limit, prong_powers(), value, &end) && end == limit)
        return true;
    negative = *at == '-';
    at += *at == '-' || *at == '+';
    length = (size_t)(limit - at);
    if (is_word(at, length, "nan")) {
        *value = negative ? -(double)NAN : (double)NAN;
        return true;
    }
    if (is_word(at, length, "inf") || is_word(at, length, "infinity")) {
        *value = negative ? -(double)INFINITY : (double)INFINITY;
        return true;
    }
    /* strtod takes more than we do (leading blanks, nan(…)), so the front is checked; it checks the rest. */
    if (length > 2 && at[0] == '0' && (at[1] | 0x20) == 'x')
        return memchr(at, '\0', length) == NULL && by_strtod(token, (size_t)(limit - token), value);
    return take_decimal(at, limit, &d) == limit && by_strtod(token, (size_t)(limit - token), value);
}
