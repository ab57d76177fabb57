/* SPDX-License-Identifier: MIT */
/* Lists of operations as they are written:
 *
 *     LIST = USE {"," USE}      USE = NAME [":" PARAM {"," PARAM}] ["@" COLUMN ["@" COLUMN]]
 *
 * A comma both separates uses and continues parameters: what begins with a digit, a sign or a dot after it is a
 * parameter, since no operation's name begins so. */
#include "config.h"

#include "reduce/ops.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

static bool continues_params(char c)
{
    return (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

/* The length of the use at text, up to the comma that ends it. What stands behind an @ is no parameter, whatever it begins
 * with. */
static size_t use_length(const char *text)
{
    size_t length = strcspn(text, ",:@");

    if (text[length] == ':') {
        length += strcspn(text + length, ",@");
        while (text[length] == ',' && continues_params(text[length + 1]))
            length += 1 + strcspn(text + length + 1, ",@");
    }
    return text[length] == '@' ? length + strcspn(text + length, ",") : length;
}

/* Takes the columns off a use's text, which is NAME[:PARAMS] afterwards. */
static prong_status take_columns(const char *written, struct prong_op_use *use, char *head, prong_error *err)
{
    char *at = strchr(head, '@');
    size_t n = 0;

    while (at) {
        char *next = strchr(at + 1, '@');
        *at++ = '\0';
        if (next)
            *next = '\0';
        if (!*at || n == 2)
            return prong_fail(err, PRONG_EOP, "%s: %s", written,
                              n == 2 ? "at most two columns" : "a column is missing after '@'");
        use->columns[n] = strdup(at);
        if (!use->columns[n++])
            return prong_fail(err, PRONG_ENOMEM, "%zu bytes", strlen(at));
        at = next;
    }
    return PRONG_OK;
}

static prong_status parse_name(char *head, struct prong_op_use *use, prong_error *err)
{
    size_t name = strcspn(head, ":");
    const char *params = head[name] ? head + name + 1 : "";

    if (head[name] && !*params)
        return prong_fail(err, PRONG_EOP, "%s: the parameter after ':' is missing", use->text);
    use->params = strdup(params);
    if (!use->params)
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes", strlen(params));
    if (name == 0)
        return prong_fail(err, PRONG_EOP, "an operation's name is missing in the list");
    return prong_op_find(head, name, use->params, &use->op, err);
}

static prong_status parse_use(const char *text, size_t length, struct prong_op_use *use, prong_error *err)
{
    char *head = strndup(text, length);
    prong_status status;

    use->text = strndup(text, length);
    if (!use->text || !head)
        status = prong_fail(err, PRONG_ENOMEM, "%zu bytes", length);
    else
        status = take_columns(use->text, use, head, err);
    if (status == PRONG_OK)
        status = parse_name(head, use, err);
    free(head);
    return status;
}

prong_status prong_ops_parse(const char *list, struct prong_op_use **uses, size_t *count, prong_error *err)
{
    prong_status status = prong_ops_parse_columns(list, uses, count, err);

    for (size_t i = 0; status == PRONG_OK && i < *count; i++)
        if ((*uses)[i].columns[0])
            status = prong_fail(err, PRONG_EOP, "%s: columns can be chosen in tables only", (*uses)[i].text);
    if (status && *uses) {
        prong_op_uses_free(*uses, *count);
        *uses = NULL;
        *count = 0;
    }
    return status;
}

prong_status prong_ops_parse_columns(const char *list, struct prong_op_use **uses, size_t *count, prong_error *err)
{
    prong_status status = PRONG_OK;
    size_t room = 1;

    *uses = NULL;
    *count = 0;
    for (const char *c = list; *c; c++)
        room += *c == ',';
    *uses = calloc(room, sizeof **uses);
    if (!*uses)
        return prong_fail(err, PRONG_ENOMEM, "%zu operations", room);
    for (const char *at = list;;) {
        size_t length = use_length(at);
        status = parse_use(at, length, &(*uses)[(*count)++], err);
        at += length;
        if (status || !*at)
            break;
        at++;
    }
    if (status) {
        prong_op_uses_free(*uses, *count);
        *uses = NULL;
        *count = 0;
    }
    return status;
}

void prong_op_uses_free(struct prong_op_use *uses, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(uses[i].text);
        free(uses[i].params);
        free(uses[i].columns[0]);
        free(uses[i].columns[1]);
    }
    free(uses);
}
