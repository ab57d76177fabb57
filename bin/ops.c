/* SPDX-License-Identifier: MIT */
/* prong ops: all operations, a line each: name, whether parts of it can be merged, aliases, what it is. */
#include "cli.h"

static void plain(const prong_op_info *op)
{
    char name[40];

    snprintf(name, sizeof name, "%s%s%s", op->name, *op->params ? ":" : "", op->params);
    printf("%s\t%s\t%s\t%s\n", name, op->mergeable ? "mergeable" : "-", *op->aliases ? op->aliases : "-", op->help);
}

static void json(const prong_op_info *op)
{
    printf("{\"op\":\"%s\",\"params\":\"%s\",\"aliases\":\"%s\",\"mergeable\":%s,\"columns\":%d,\"help\":", op->name, op->params,
           op->aliases, op->mergeable ? "true" : "false", op->columns);
    output_json_string(stdout, op->help);
    puts("}");
}

int cli_ops(struct cli *cli)
{
    prong_op_info op = { .size = sizeof op };

    if (cli->word_count > 1)
        return cli_usage("ops takes no operand");
    for (size_t k = 0; prong_op_list(k, &op); k++) {
        if (cli->json)
            json(&op);
        else
            plain(&op);
    }
    return output_flush();
}
