/* SPDX-License-Identifier: MIT */
/* A trace as a picture: a lane for the parent and one for each worker, then the segment with its slots, and how often it is
 * attached. From left to right is time, but stretched where steps crowd, so that each has a place of its own: most of a run is
 * waiting. Every step is told by its letter and its place, not by colour alone: it may be printed in black and white. */
#include "trace.h"

#include <stdlib.h>
#include <string.h>

enum { LEFT = 152, RIGHT = 30, LANE = 46, SLOT = 20, MOST_SLOTS = 32, STAIR = 58, MARK = 15, TICK_ROOM = 86 };

/* Pixels that time itself gets, beside what steps need. */
static const double for_time = 420;

const char *const trace_legend[2] = {
    "G shmget · A attach (shmat) · J job laid out · F fork · C claim · W write the slot · P publish · X exit · E its end seen "
    "(wait)",
    "+ combine · = result · D detach (shmdt) · R remove (IPC_RMID) · B taken back · numbers below bars and in slots: chunks · "
    "time is stretched where steps crowd",
};

struct picture {
    FILE *out;
    const struct trace *trace;
    double *x; /* of each event */
    bool letters;
    double width, height, axis_to, parent, segment, slots, stair;
    uint64_t slot_count, slots_shown;
};

static const char *letter(const prong_event *e)
{
    static const char *const letters[] = {
        [PRONG_TRACE_SHMGET] = "G",  [PRONG_TRACE_SHMAT] = "A",   [PRONG_TRACE_RMID] = "R",      [PRONG_TRACE_SHMDT] = "D",
        [PRONG_TRACE_JOB] = "J",     [PRONG_TRACE_FORK] = "F",    [PRONG_TRACE_CLAIM] = "C",     [PRONG_TRACE_WRITE] = "W",
        [PRONG_TRACE_PUBLISH] = "P", [PRONG_TRACE_EXIT] = "X",    [PRONG_TRACE_WAIT] = "E",      [PRONG_TRACE_TAKE_BACK] = "B",
        [PRONG_TRACE_GIVE_UP] = "U", [PRONG_TRACE_COMBINE] = "+", [PRONG_TRACE_DONE] = "=",      [PRONG_TRACE_MISSED] = "?",
    };
    return (size_t)e->kind < sizeof letters / sizeof letters[0] && letters[e->kind] ? letters[e->kind] : "?";
}

/* ---- Where things are ---- */

static bool lay_out(struct picture *p, bool inside)
{
    const struct trace *t = p->trace;
    double gap = t->count <= 160 ? MARK + 3 : t->count <= 800 ? 8 : 3;
    double all = trace_time(t, &t->events[t->count - 1]);

    p->letters = gap > MARK;
    p->x = malloc(t->count * sizeof *p->x);
    if (!p->x || t->count == 0)
        return false;
    for (size_t i = 0; i < t->count; i++)
        p->x[i] = LEFT + MARK + (double)i * gap + (all > 0 ? trace_time(t, &t->events[i]) / all * for_time : 0);
    for (size_t i = 0; i < t->count; i++)
        if (t->events[i].kind == PRONG_TRACE_JOB && t->events[i].slots > p->slot_count)
            p->slot_count = t->events[i].slots;
    p->slots_shown = p->slot_count < MOST_SLOTS ? p->slot_count : MOST_SLOTS;
    p->width = p->x[t->count - 1] + RIGHT;
    p->parent = 56;
    p->segment = p->parent + (double)(t->workers + 1) * LANE + 8;
    p->slots = p->segment + 30;
    p->stair = p->slots + (double)p->slots_shown * SLOT + (p->slot_count > p->slots_shown ? SLOT : 0) + 14;
    p->axis_to = p->stair + STAIR;
    p->height = p->axis_to + (inside ? 10 : 54);
    return true;
}

static double lane(const struct picture *p, int worker)
{
    return p->parent + (worker + 1) * LANE;
}

/* The first event after i that is of this kind and, unless -1, of this slot; or the last event. */
static size_t next_of(const struct trace *t, size_t i, prong_event_kind kind, int64_t slot)
{
    for (size_t k = i + 1; k < t->count; k++)
        if (t->events[k].kind == kind && (slot == -1 || t->events[k].slot == slot))
            return k;
    return t->count - 1;
}

/* ---- Style ---- */

static void put_style(FILE *out)
{
    fputs("<style>\n", out);
    for (size_t i = 0; trace_svg_css[i]; i++)
        fputs(trace_svg_css[i], out);
    fputs("</style>\n", out);
}

static void put_class(char text[8], int worker)
{
    if (worker == -1)
        snprintf(text, 8, "p");
    else
        snprintf(text, 8, "w%d", worker % 8);
}

/* ---- Lanes ---- */

static void put_axis(const struct picture *p)
{
    double last = -1e9;

    for (size_t i = 0; i < p->trace->count; i++) {
        if (p->x[i] - last < TICK_ROOM || p->x[i] > p->width - TICK_ROOM / 2.0)
            continue;
        last = p->x[i];
        fprintf(p->out, "<path class=\"grid\" d=\"M%.1f 30V%.1f\"/><text class=\"soft\" x=\"%.1f\" y=\"26\">%.*f µs</text>\n",
                last, p->axis_to, last - 2, trace_time(p->trace, &p->trace->events[i]) < 100 ? 1 : 0,
                trace_time(p->trace, &p->trace->events[i]));
    }
}

/* From its fork to its end, with lines from and to the parent. */
static void put_life(const struct picture *p, size_t i)
{
    const struct trace *t = p->trace;
    const prong_event *fork = &t->events[i];
    size_t end = t->count - 1, seen = t->count - 1;
    double y = lane(p, fork->owner);
    char class[8];

    if (fork->result <= 0)
        return;
    for (size_t k = t->count; k-- > i;) {
        const prong_event *e = &t->events[k];
        if (e->kind == PRONG_TRACE_WAIT && e->child == fork->result)
            seen = end = k;
        if (e->kind == PRONG_TRACE_EXIT && e->pid == fork->result)
            end = k;
    }
    put_class(class, fork->owner);
    fprintf(p->out, "<path class=\"link\" d=\"M%.1f %.1fV%.1f\"/>", p->x[i], p->parent, y);
    if (t->events[seen].kind == PRONG_TRACE_WAIT)
        fprintf(p->out, "<path class=\"link\" d=\"M%.1f %.1fH%.1fV%.1f\"/>", p->x[end], y, p->x[seen], p->parent);
    fprintf(p->out, "<path class=\"life %s\" d=\"M%.1f %.1fH%.1f\"/>\n", class, p->x[i], y, p->x[end]);
}

static void put_work(const struct picture *p, size_t i)
{
    const prong_event *claim = &p->trace->events[i];
    double y = lane(p, claim->worker);
    char class[8];

    put_class(class, claim->worker);
    for (size_t k = i + 1; k < p->trace->count; k++) {
        const prong_event *e = &p->trace->events[k];
        if (e->pid != claim->pid || e->kind != PRONG_TRACE_WRITE)
            continue;
        fprintf(p->out, "<rect class=\"work %s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"22\" rx=\"3\"/>", class, p->x[i],
                y - 11, p->x[k] - p->x[i]);
        fprintf(p->out, "<text class=\"soft\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%lld</text>\n",
                (p->x[i] + p->x[k]) / 2, y + 22, (long long)claim->chunk);
        return;
    }
}

static void put_marks(const struct picture *p)
{
    for (size_t i = 0; i < p->trace->count; i++) {
        const prong_event *e = &p->trace->events[i];
        double wide = p->letters ? MARK : 3, y = lane(p, e->worker);
        char class[8], who[24], text[200], what[400];
        put_class(class, e->worker);
        fprintf(p->out, "<g class=\"mark %s\" data-step=\"%zu\"><title>%zu: %s: ", class, i, i + 1, trace_who(e, who));
        svg_escape(p->out, prong_event_string(e, text, sizeof text));
        fputs("\n", p->out);
        trace_what(p->trace, i, what, sizeof what);
        svg_escape(p->out, what);
        fprintf(p->out, "</title><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" rx=\"3\"/>", p->x[i] - wide / 2,
                y - MARK / 2.0, wide, MARK);
        if (p->letters)
            fprintf(p->out, "<text x=\"%.1f\" y=\"%.1f\">%s</text>", p->x[i], y + 4, letter(e));
        fputs("</g>\n", p->out);
    }
}

static void put_lanes(const struct picture *p)
{
    const struct trace *t = p->trace;

    fprintf(p->out, "<path class=\"life p\" d=\"M%.1f %.1fH%.1f\"/>\n", p->x[0], p->parent, p->x[t->count - 1]);
    for (size_t i = 0; i < t->count; i++)
        if (t->events[i].kind == PRONG_TRACE_FORK)
            put_life(p, i);
    for (size_t i = 0; i < t->count; i++)
        if (t->events[i].kind == PRONG_TRACE_CLAIM)
            put_work(p, i);
}

/* ---- The segment ---- */

/* What a worker wrote at i stays until it is written over, read, or the job is over. */
static void put_slot(const struct picture *p, size_t i)
{
    const struct trace *t = p->trace;
    const prong_event *e = &t->events[i];
    size_t published = t->count, end = next_of(t, i, PRONG_TRACE_DONE, -1);
    size_t over = next_of(t, i, PRONG_TRACE_WRITE, e->slot), read = next_of(t, i, PRONG_TRACE_COMBINE, e->slot);
    double y = p->slots + (double)e->slot * SLOT;
    char class[8];

    if (e->slot < 0 || (uint64_t)e->slot >= p->slots_shown)
        return;
    end = over < end ? over : end;
    end = read < end ? read : end;
    for (size_t k = i + 1; k < end && published == t->count; k++)
        if (t->events[k].kind == PRONG_TRACE_PUBLISH && t->events[k].pid == e->pid)
            published = k;
    if (published == t->count)
        published = end;
    put_class(class, e->worker);
    fprintf(p->out, "<rect class=\"wrote %s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"14\"/>", class, p->x[i], y - 7,
            p->x[published] - p->x[i]);
    fprintf(p->out, "<rect class=\"done %s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"14\"/>", class, p->x[published], y - 7,
            p->x[end] - p->x[published]);
    fprintf(p->out, "<text class=\"soft\" x=\"%.1f\" y=\"%.1f\">%lld</text>\n", p->x[i] + 4, y + 4, (long long)e->chunk);
}

/* How long it is there, and since when it is marked. */
static void put_segment(const struct picture *p)
{
    const struct trace *t = p->trace;
    size_t gone = t->count - 1, marked = t->count - 1, shmget = 0;

    while (shmget + 1 < t->count && t->events[shmget].kind != PRONG_TRACE_SHMGET)
        shmget++;
    for (size_t i = t->count; i-- > shmget;) {
        if (t->events[i].marked)
            marked = i;
        if (i > shmget && !t->events[i].ipc_known && t->events[i - 1].ipc_known)
            gone = i;
    }
    fprintf(p->out, "<rect class=\"work p\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"18\" rx=\"3\"/>", p->x[shmget],
            p->segment - 9, p->x[gone] - p->x[shmget]);
    if (marked < gone)
        fprintf(p->out, "<text class=\"soft\" x=\"%.1f\" y=\"%.1f\">dest: marked for removal</text>", p->x[marked] + 5,
                p->segment + 4);
    fputc('\n', p->out);
    for (uint64_t s = 0; s < p->slots_shown; s++)
        fprintf(p->out, "<path class=\"grid\" d=\"M%d %.1fH%.1f\"/>\n", LEFT, p->slots + (double)s * SLOT, p->width - RIGHT);
    for (size_t i = 0; i < t->count; i++)
        if (t->events[i].kind == PRONG_TRACE_WRITE)
            put_slot(p, i);
}

static uint64_t attached(const prong_event *e)
{
    return e->ipc_known ? e->attached : 0;
}

static void put_stair(const struct picture *p)
{
    const struct trace *t = p->trace;
    uint64_t most = 1;
    double base = p->stair + STAIR - 8, step;

    for (size_t i = 0; i < t->count; i++)
        most = attached(&t->events[i]) > most ? attached(&t->events[i]) : most;
    step = (STAIR - 22) / (double)most;
    fprintf(p->out, "<path class=\"stair\" d=\"M%d %.1f", LEFT, base);
    for (size_t i = 0; i < t->count; i++)
        fprintf(p->out, "H%.1fV%.1f", p->x[i], base - step * (double)attached(&t->events[i]));
    fprintf(p->out, "H%.1f\"/>\n", p->width - RIGHT / 2.0);
    for (size_t i = 0; i < t->count; i++)
        if (i == 0 ? attached(&t->events[i]) > 0 : attached(&t->events[i]) != attached(&t->events[i - 1]))
            fprintf(p->out, "<text class=\"soft\" x=\"%.1f\" y=\"%.1f\">%llu</text>\n", p->x[i] + 3,
                    base - step * (double)attached(&t->events[i]) - 4, (unsigned long long)attached(&t->events[i]));
}

/* ---- What stands on the left: last, since a page keeps it in view while the rest moves below ---- */

static void put_name(const struct picture *p, double y, const char *name, const char *more)
{
    fprintf(p->out, "<text class=\"name\" x=\"14\" y=\"%.1f\">%s</text><text class=\"soft\" x=\"14\" y=\"%.1f\">%s</text>\n",
            y - 2, name, y + 12, more);
}

static void put_worker_name(const struct picture *p, int worker)
{
    const struct trace *t = p->trace;
    char name[32], more[48] = "was not forked";

    for (size_t i = t->count; i-- > 0;)
        if (t->events[i].kind == PRONG_TRACE_FORK && t->events[i].owner == worker && t->events[i].result > 0)
            snprintf(more, sizeof more, "process %lld", (long long)t->events[i].result);
    snprintf(name, sizeof name, "worker %d", worker);
    put_name(p, lane(p, worker), name, more);
}

static void put_names(const struct picture *p)
{
    const struct trace *t = p->trace;
    size_t shmget = 0;
    char name[48], more[48];

    while (shmget + 1 < t->count && t->events[shmget].kind != PRONG_TRACE_SHMGET)
        shmget++;
    fprintf(p->out, "<g class=\"names\"><rect class=\"paper\" y=\"30\" width=\"%d\" height=\"%.1f\"/>\n", LEFT - 4,
            p->stair + STAIR - 26);
    snprintf(more, sizeof more, "process %ld", t->events[0].pid);
    put_name(p, p->parent, "parent", more);
    for (int i = 0; i < t->workers; i++)
        put_worker_name(p, i);
    snprintf(name, sizeof name, "segment %d", t->events[shmget].segment);
    snprintf(more, sizeof more, "%llu bytes", (unsigned long long)t->events[shmget].bytes);
    put_name(p, p->segment, name, more);
    for (uint64_t s = 0; s < p->slots_shown; s++)
        fprintf(p->out, "<text class=\"soft\" x=\"14\" y=\"%.1f\">slot %llu</text>\n", p->slots + (double)s * SLOT + 4,
                (unsigned long long)s);
    if (p->slot_count > p->slots_shown)
        fprintf(p->out, "<text class=\"soft\" x=\"14\" y=\"%.1f\">… %llu more slots</text>\n",
                p->slots + (double)p->slots_shown * SLOT + 4, (unsigned long long)(p->slot_count - p->slots_shown));
    put_name(p, p->stair + STAIR / 2.0, "nattch", "attached so often");
    fputs("</g>\n", p->out);
}

static void put_legend(const struct picture *p)
{
    for (int i = 0; i < 2; i++)
        fprintf(p->out, "<text class=\"soft\" x=\"14\" y=\"%.1f\">%s</text>\n", p->height - 30 + i * 17, trace_legend[i]);
}

void trace_svg(FILE *out, const struct trace *trace, bool inside)
{
    struct picture p = { .out = out, .trace = trace };
    double head = inside ? 0 : 34;

    if (!lay_out(&p, inside))
        return;
    if (p.width < 640)
        p.width = 640;
    fprintf(out, "<svg class=\"trace\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 %.0f %.0f %.0f\" width=\"%.0f\" "
                 "height=\"%.0f\" role=\"img\">\n",
            -head, p.width, p.height + head, p.width, p.height + head);
    put_style(out);
    fputs("<title>prong trace ", out);
    svg_escape(out, trace->operations);
    fputs("</title>\n", out);
    fprintf(out, "<rect class=\"paper\" y=\"%.0f\" width=\"%.0f\" height=\"%.0f\"/>\n", -head, p.width, p.height + head);
    if (!inside) {
        fputs("<text class=\"head\" x=\"14\" y=\"-10\">prong ", out);
        svg_escape(out, trace->operations);
        fputc(' ', out);
        svg_escape(out, trace->file ? trace->file : "");
        fprintf(out, ": %zu steps</text>\n", trace->count);
    }
    put_axis(&p);
    put_lanes(&p);
    put_segment(&p);
    put_stair(&p);
    if (inside)
        fprintf(out, "<path id=\"now\" class=\"now-line\" d=\"M0 30V%.1f\" transform=\"translate(-9 0)\"/>\n", p.axis_to);
    put_marks(&p);
    put_names(&p);
    if (!inside)
        put_legend(&p);
    fputs("</svg>\n", out);
    free(p.x);
}
