/* SPDX-License-Identifier: MIT */
/* Gives a fuzzed function the files that are named, or all of the directories that are: what was once found stays mended, also
 * where there is no libFuzzer. Exit status 1: a file could not be read, or there was none. */
#include "config.h"

#include "fuzz.h"

#include <dirent.h>
#include <sys/stat.h>

static int replayed;

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *data = NULL;
    size_t size = 0, room = 0, got = 1;

    while (file && got > 0) {
        if (size == room) {
            char *larger = realloc(data, room = 2 * room + 4096);
            if (!larger)
                break;
            data = larger;
        }
        got = fread(data + size, 1, room - size, file);
        size += got;
    }
    if (!file || got > 0 || ferror(file)) {
        perror(path);
        if (file)
            fclose(file);
        free(data);
        return 1;
    }
    fclose(file);
    fprintf(stderr, "%s\n", path); /* the last one is it, if this process ends */
    LLVMFuzzerTestOneInput((const uint8_t *)data, size);
    replayed++;
    free(data);
    return 0;
}

static int replay_directory(const char *path)
{
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort), failed = count < 0;

    for (int i = 0; i < count; i++) {
        char *inner = NULL;
        if (entries[i]->d_name[0] != '.' && asprintf(&inner, "%s/%s", path, entries[i]->d_name) >= 0)
            failed |= replay_file(inner);
        free(inner);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return failed;
}

int main(int argc, char **argv)
{
    int failed = 0;

    for (int i = 1; i < argc; i++) {
        struct stat seen;
        if (stat(argv[i], &seen)) {
            perror(argv[i]);
            failed = 1;
        } else {
            failed |= S_ISDIR(seen.st_mode) ? replay_directory(argv[i]) : replay_file(argv[i]);
        }
    }
    fprintf(stderr, "%d inputs\n", replayed);
    return failed || replayed == 0;
}
