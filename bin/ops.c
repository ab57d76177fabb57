/* SPDX-License-Identifier: MIT */
/* prong ops: all operations, a line each: name, whether parts of it can be merged, aliases, what it is. */
#include "writer.h"

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

static int rows(const struct cli *cli)
{
    static const char *const header[] = { "op", "params", "aliases", "mergeable", "columns", "help" };
    prong_op_info op = { .size = sizeof op };
    struct output output;

    if (!output_open(&output, cli, 1))
        return EXIT_DATA;
    for (size_t i = 0; i < sizeof header / sizeof header[0]; i++)
        writer_text(output.writer, header[i]);
    writer_end(output.writer);
    for (size_t k = 0; prong_op_list(k, &op); k++) {
        writer_text(output.writer, op.name);
        writer_text(output.writer, op.params);
        writer_text(output.writer, op.aliases);
        writer_text(output.writer, op.mergeable ? "true" : "false");
        writer_count(output.writer, (uint64_t)op.columns);
        writer_text(output.writer, op.help);
        writer_end(output.writer);
    }
    return output_close(&output);
}

int cli_ops(struct cli *cli)
{
    prong_op_info op = { .size = sizeof op };

    if (cli->word_count > 1)
        return cli_usage("ops takes no operand");
    if (form_has_rows(cli->form))
        return rows(cli);
    for (size_t k = 0; prong_op_list(k, &op); k++) {
        if (cli->json)
            json(&op);
        else
            plain(&op);
    }
    return output_flush();
}
