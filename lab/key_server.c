/* SPDX-License-Identifier: MIT */
/* The other world of shmget: programs that are not related meet at a numeric key. This one makes the segment, waits for
 * N clients, adds what they left, and removes it.
 *
 *     touch meeting; ./key_server meeting 2 &              a key by ftok, 2 clients, mode 0600
 *     seq 500 | ./key_client meeting; seq 501 1000 | ./key_client meeting
 *
 *     ./key_server 0x5052 2 0660 &                         a chosen key; clients of the same group, too
 *
 * Beside IPC_PRIVATE and fork (00_minimal.c), every line that is longer here is longer because of the key:
 *
 *   - IPC_CREAT | IPC_EXCL: either the segment is new, or we learn that the key is somebody's. Without IPC_EXCL we would
 *     get the stranger's segment and no error (broken/07).
 *   - The mode matters now: clients are other processes, perhaps other users. A client needs read and write permission
 *     to attach; 0600 is this user, 0660 the group, too. Nobody needs the x bits. The umask plays no part.
 *   - Nobody's death is seen: clients are no children, so there is no waitpid. The time limit stands for it.
 *   - Ctrl-C is handled by a flag, because the wait for strangers may be long: the segment is removed at once. */
#include "key_common.h"

#include <signal.h>
#include <time.h>

enum { LIMIT_SECONDS = 30, NAP_MS = 5 };

static volatile sig_atomic_t interrupted;

static void interrupt(int signal_number)
{
    interrupted = signal_number;
}

static int make(key_t key, int mode)
{
    int id = shmget(key, sizeof(struct board), IPC_CREAT | IPC_EXCL | mode);

    if (id == -1 && errno == EEXIST)
        fprintf(stderr, "key_server: key 0x%x is taken: by a server that runs, by one that was killed (see ipcs -m), or by "
                        "another program altogether\n", (unsigned)key);
    else if (id == -1)
        perror("key_server: shmget");
    return id;
}

static int all_done(struct board *board)
{
    for (int k = 0; k < board->seats; k++)
        if (!__atomic_load_n(&board->seat[k].done, __ATOMIC_ACQUIRE))
            return 0;
    return 1;
}

static int wait_for_clients(struct board *board)
{
    for (int ms = 0; !all_done(board); ms += NAP_MS) {
        if (interrupted)
            return 0;
        if (ms > LIMIT_SECONDS * 1000) {
            fprintf(stderr, "key_server: not all clients came within %d s, or one died\n", LIMIT_SECONDS);
            return 0;
        }
        nanosleep(&(struct timespec){ 0, NAP_MS * 1000000L }, NULL);
    }
    return 1;
}

static int serve(int id, int clients)
{
    struct board *board = shmat(id, NULL, 0);
    long sum = 0;
    int ok;

    if (board == (void *)-1) {
        perror("key_server: shmat");
        return 0;
    }
    board->seats = clients;
    __atomic_store_n(&board->magic, KEY_MAGIC, __ATOMIC_RELEASE);
    ok = wait_for_clients(board);
    for (int k = 0; ok && k < clients; k++)
        sum += board->seat[k].sum;
    if (ok)
        ok = printf("sum %ld\n", sum) > 0 && fflush(stdout) == 0;
    shmdt(board);
    return ok;
}

int main(int argc, char **argv)
{
    int clients = argc > 2 ? atoi(argv[2]) : 0, id, ok;
    int mode = argc > 3 ? (int)strtol(argv[3], NULL, 8) : 0600;
    struct sigaction action = { .sa_handler = interrupt };

    if (argc < 3 || clients < 1 || clients > MAX_CLIENTS || mode & ~0777) {
        fprintf(stderr, "usage: key_server FILE|KEY CLIENTS [MODE]\n");
        return 2;
    }
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);

    id = make(key_from(argv[1]), mode);
    if (id == -1)
        return 1;
    ok = serve(id, clients);
    if (shmctl(id, IPC_RMID, NULL) == -1) /* from here on the key is free; who is attached keeps what he has */
        perror("key_server: shmctl");
    if (interrupted) { /* die of what we were asked to die of, so that whoever started us knows */
        signal(interrupted, SIG_DFL);
        raise(interrupted);
    }
    return !ok;
}
