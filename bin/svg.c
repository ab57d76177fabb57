/* SPDX-License-Identifier: MIT */
/* A histogram as a picture: one SVG without anything from outside, in the colours of the viewer's light or dark scheme. */
#include "cli.h"

#include <math.h>
#include <string.h>

enum {
    WIDTH = 800,
    HEIGHT = 480,
    TOP = 72,
    RIGHT = 28,
    BOTTOM = 52,
    TICK_ROOM = 16, /* between the labels of the vertical axis and the left border */
    CHARACTER = 7,  /* about the width of a digit */
    APART = 250     /* of more bins there is an outline, without gaps and hints */
};

/* The plot's own coordinates: a value's place in the picture. */
struct scale {
    double low, high; /* of the axis */
    double from, to;  /* in the picture */
    double step;      /* between ticks */
};

static double place(const struct scale *scale, double x)
{
    return scale->from + (x - scale->low) / (scale->high - scale->low) * (scale->to - scale->from);
}

/* The distance of about `ticks` ticks: 1, 2 or 5 times a power of ten. */
static double step_of(double span, int ticks)
{
    double raw = span / ticks, power = pow(10, floor(log10(raw))), part = raw / power;

    return (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10) * power;
}

/* As many digits as neighbours need to differ, of which trailing zeroes are left out. */
static void tick_text(const struct scale *scale, double tick, char text[32])
{
    double largest = fmax(fabs(scale->low), fabs(scale->high));
    int digits = (int)(floor(log10(largest)) - floor(log10(scale->step))) + 2;

    if (fabs(tick) < 0.01 * scale->step)
        tick = 0;
    snprintf(text, 32, "%.*g", digits < 6 ? 6 : digits > 17 ? 17 : digits, tick);
}

void svg_escape(FILE *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        case '\'':
            fputs("&#39;", out);
            break;
        default: /* XML has no other control characters */
            fputc((unsigned char)*text < 0x20 && *text != '\t' ? '?' : *text, out);
        }
    }
}

static void begin(FILE *out, const char *name, uint64_t elements, uint64_t counted, size_t bins)
{
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" "
            "font-family=\"system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif\" font-size=\"12\">\n"
            "<style>\n"
            "svg { color-scheme: light dark }\n"
            ".paper { fill: #ffffff } .title { fill: #1b1f24; font-size: 18px; font-weight: 600 }\n"
            ".text { fill: #57606a } .line { stroke: #8c959f } .grid { stroke: #e3e7eb } .bar { fill: #2f6fb5 }\n"
            "@media (prefers-color-scheme: dark) {\n"
            ".paper { fill: #14181d } .title { fill: #eef1f4 } .text { fill: #a9b3bd }\n"
            ".line { stroke: #6b7681 } .grid { stroke: #2b323a } .bar { fill: #63a4ea }\n"
            "}\n"
            "</style>\n",
            WIDTH, HEIGHT, WIDTH, HEIGHT);
    fputs("<title>Histogram of ", out);
    svg_escape(out, name);
    fprintf(out, "</title>\n<rect class=\"paper\" width=\"%d\" height=\"%d\"/>\n", WIDTH, HEIGHT);
    fputs("<text class=\"title\" x=\"28\" y=\"34\">Histogram of ", out);
    svg_escape(out, name);
    fprintf(out, "</text>\n<text class=\"text\" x=\"28\" y=\"54\">%llu elements in %zu bin%s", (unsigned long long)counted, bins,
            bins == 1 ? "" : "s");
    if (elements > counted)
        fprintf(out, ", %llu outside", (unsigned long long)(elements - counted));
    fputs("</text>\n", out);
}

/* The first multiple of the step that is not below the axis. */
static double first_tick(const struct scale *scale)
{
    return ceil(scale->low / scale->step - 1e-9);
}

static bool has_tick(const struct scale *scale, double k)
{
    return k * scale->step <= scale->high + 1e-9 * scale->step;
}

static void vertical_axis(FILE *out, const struct scale *x, const struct scale *y)
{
    for (double k = first_tick(y); has_tick(y, k); k++) {
        double at = place(y, k * y->step);
        char text[32];
        tick_text(y, k * y->step, text);
        fprintf(out, "<path class=\"%s\" d=\"M%.1f %.2fH%.1f\"/>\n", k == 0 ? "line" : "grid", x->from, at, x->to);
        fprintf(out, "<text class=\"text\" x=\"%.1f\" y=\"%.2f\" text-anchor=\"end\">%s</text>\n", x->from - 8, at + 4, text);
    }
}

static void horizontal_axis(FILE *out, const struct scale *x, const struct scale *y)
{
    for (double k = first_tick(x); has_tick(x, k); k++) {
        double at = place(x, k * x->step);
        char text[32];
        tick_text(x, k * x->step, text);
        fprintf(out, "<path class=\"line\" d=\"M%.2f %.1fv5\"/>\n", at, y->from);
        fprintf(out, "<text class=\"text\" x=\"%.2f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n", at, y->from + 20, text);
    }
    fprintf(out, "<path class=\"line\" d=\"M%.1f %.1fH%.1f\"/>\n", x->from, y->from, x->to);
}

/* A rectangle each, with what it stands for as a hint. */
static void bars(FILE *out, const prong_value *value, const struct scale *x, const struct scale *y)
{
    int digits = hist_edge_digits(value);

    for (size_t i = 0; i < value->count; i++) {
        double left = place(x, prong_value_edge(value, i)), right = place(x, prong_value_edge(value, i + 1));
        double gap = right - left >= 5 ? 1 : 0, top = place(y, (double)prong_value_item(value, i).low);
        unsigned long long count = prong_value_item(value, i).low;
        char low[32], high[32];
        hist_edge_text(value, i, digits, low);
        hist_edge_text(value, i + 1, digits, high);
        if (count > 0)
            fprintf(out, "<rect class=\"bar\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\">"
                         "<title>[%s, %s%c: %llu</title></rect>\n",
                    left + gap / 2, fmin(top, y->from - 0.75), fmax(right - left - gap, 0.75), fmax(y->from - top, 0.75), low,
                    high,
                    i + 1 < value->count ? ')' : ']', count);
    }
}

static void outline(FILE *out, const prong_value *value, const struct scale *x, const struct scale *y)
{
    fprintf(out, "<path class=\"bar\" d=\"M%.2f %.1f", x->from, y->from);
    for (size_t i = 0; i < value->count; i++)
        fprintf(out, "V%.2fH%.2f", place(y, (double)prong_value_item(value, i).low), place(x, prong_value_edge(value, i + 1)));
    fprintf(out, "V%.1fZ\"/>\n", y->from);
}

void svg_histogram(FILE *out, const char *name, uint64_t elements, const prong_value *value)
{
    uint64_t most = hist_most(value), counted = 0;
    struct scale y = { .low = 0, .high = most ? (double)most : 1, .from = HEIGHT - BOTTOM, .to = TOP };
    struct scale x = { .low = prong_value_edge(value, 0), .high = prong_value_edge(value, value->count), .to = WIDTH - RIGHT };
    size_t widest = 0;

    for (size_t i = 0; i < value->count; i++)
        counted += prong_value_item(value, i).low;
    y.step = fmax(step_of(y.high, 6), 1);
    y.high = ceil(y.high / y.step) * y.step;
    for (double k = 0; has_tick(&y, k); k++) {
        char text[32];
        tick_text(&y, k * y.step, text);
        widest = strlen(text) > widest ? strlen(text) : widest;
    }
    x.from = TICK_ROOM + 12 + (double)(widest * CHARACTER);
    x.step = step_of(x.high - x.low, 8);
    begin(out, name, elements, counted, value->count);
    vertical_axis(out, &x, &y);
    if (value->count <= APART)
        bars(out, value, &x, &y);
    else
        outline(out, value, &x, &y);
    horizontal_axis(out, &x, &y);
    fputs("</svg>\n", out);
}
