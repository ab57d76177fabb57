/* SPDX-License-Identifier: MIT */
/* The operations of the prong command in a program: a file by name, three results in one pass.
 *
 *     02_reduce FILE          an .npy file, or numbers as text; "-" is standard input */
#include <prong.h>

#include <stdio.h>

#define OPERATIONS "count,mean,std"
enum { COUNT = 3 };

static int fail(const prong_error *err)
{
    char text[1024];

    prong_error_string(err, text, sizeof text);
    fprintf(stderr, "02_reduce: %s\n", text);
    return 1;
}

int main(int argc, char **argv)
{
    prong_error err = PRONG_ERROR_INIT;
    prong_reduce_options options = PRONG_REDUCE_OPTIONS_INIT;
    prong_array_info info = { .size = sizeof info };
    prong_value values[COUNT];
    prong_array *array;
    prong_status status;

    if (argc != 2) {
        fputs("usage: 02_reduce FILE\n", stderr);
        return 2;
    }
    /* Opening a regular file maps it; its elements are read by the workers, and only there. */
    if (prong_array_open(&array, argv[1], NULL, &err) != PRONG_OK)
        return fail(&err);
    prong_array_describe(array, &info);

    options.nan = PRONG_NAN_OMIT;
    options.ddof = 1; /* the standard deviation of a sample */
    status = prong_reduce(array, OPERATIONS, &options, values, &err);
    prong_array_close(array);
    if (status != PRONG_OK)
        return fail(&err);

    /* A value is a double, an integer of 128 bits or a truth value; this writes any of them. */
    printf("%s, %s\n", info.format, prong_dtype_name(info.dtype));
    for (int i = 0; i < COUNT; i++) {
        char text[48];
        prong_value_string(&values[i], text, sizeof text);
        printf("%s\n", text);
    }
    return 0;
}
