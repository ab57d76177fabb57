/* SPDX-License-Identifier: MIT */
/* Results as JSON: an object on a line of its own for each file. */
#include "answer.h"

#include <string.h>

void output_json_string(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c < 0x20)
            fprintf(out, "\\u%04x", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

static void put_params(FILE *out, const char *params)
{
    fputc('[', out);
    while (*params) {
        char one[64];
        size_t length = strcspn(params, ",");
        snprintf(one, sizeof one, "%.*s", (int)length, params);
        output_json_string(out, one);
        params += length;
        if (*params)
            fputc(*params++, out);
    }
    fputc(']', out);
}

static void put_column(FILE *out, const struct use *use)
{
    fputs(",\"column\":", out);
    if (use->column)
        output_json_string(out, use->column);
    else
        fputs("null", out);
    if (use->other) {
        fputs(",\"other\":", out);
        output_json_string(out, use->other);
    }
}

static prong_status put_results(FILE *out, const struct answer *a, size_t g, prong_error *err)
{
    prong_status status = PRONG_OK;

    fputs("\"results\":[", out);
    for (size_t i = 0; i < a->uses && status == PRONG_OK; i++) {
        struct use use = answer_use(a, i);
        prong_value value;
        status = answer_value(a, g, i, &value, err);
        if (status)
            break;
        fprintf(out, "%s{\"op\":\"%s\",\"params\":", i ? "," : "", use.name);
        put_params(out, use.params);
        put_column(out, &use);
        fputs(",\"value\":", out);
        output_json_value(out, &value);
        fputc('}', out);
        prong_value_free(&value);
    }
    fputc(']', out);
    return status;
}

static prong_status put_groups(FILE *out, const struct answer *a, prong_error *err)
{
    prong_status status = PRONG_OK;

    fputs("\"groups\":[", out);
    for (size_t g = 0; g < a->groups && status == PRONG_OK; g++) {
        fputs(g ? ",{\"key\":" : "{\"key\":", out);
        output_json_string(out, a->key(a->of, g));
        fputc(',', out);
        status = put_results(out, a, g, err);
        fputc('}', out);
    }
    fputc(']', out);
    return status;
}

prong_status json_answer(struct output *output, const struct answer *a, prong_error *err)
{
    FILE *out = output->text;
    prong_status status;

    fputs("{\"file\":", out);
    output_json_string(out, a->file);
    if (a->dtype)
        fprintf(out, ",\"dtype\":\"%s\",\"count\":%llu,", a->dtype, (unsigned long long)a->count);
    else
        fprintf(out, ",\"rows\":%llu,", (unsigned long long)a->count);
    status = a->group ? put_groups(out, a, err) : put_results(out, a, 0, err);
    fputs("}\n", out);
    return status;
}
