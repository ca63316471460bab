/* Runs a program and lets one of its system calls fail.
 *
 *     injector FOLDER FAULT AT LOG PROGRAM [ARGUMENT...]
 *
 * Counts the calls of all threads of the program that change what is at or below FOLDER (an absolute path without
 * links), in the order in which they begin, and appends each to LOG as "NUMBER CALL PATH" (" -> PATH" where there is a
 * second one). At call number AT, before the kernel has done anything of it, happens the FAULT:
 *
 *     none     nothing; the calls are only counted
 *     kill     SIGKILL
 *     full     this call fails with ENOSPC
 *     broken   this call and all later ones fail with EIO
 *     unread   calls that read are counted instead of those that write; from this one on they fail with EIO
 *
 * Ends with the status of the program, 128 + SIGNAL if a signal ended it, 125 if it could not be run like this. The
 * program is killed when standard input of the injector ends; one that hangs is ended by SIGALRM.
 *
 * A filter of seccomp lets the kernel ask this process about each call (seccomp_unotify(2), Linux 5.5): nothing the
 * program does passes by it, whatever library makes the call and whichever thread. */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CANNOT_RUN 125
#define MAX_CALLS 64
/* A run takes less than a second; this is for a machine that is very busy. */
#define HANGS_AFTER 120

/* What an argument of a call is. */
enum argument {
    NOTHING,
    DESCRIPTOR, /* of a file */
    PATH,       /* relative to the current folder */
    PATH_AT,    /* a descriptor of a folder, and behind it a path relative to that */
};

/* Which calls count. */
enum effect {
    READS,
    WRITES,
    OPENS, /* reads or writes, as its flags say */
};

struct call {
    int number;
    const char *name;
    enum effect effect;
    enum argument first;
    int first_at;
    enum argument second;
    int second_at;
    int flags_at; /* of a call that opens */
};

static const struct call CALLS[] = {
#ifdef SYS_open
    {SYS_open, "open", OPENS, PATH, 0, NOTHING, 0, 1},
    {SYS_creat, "creat", WRITES, PATH, 0, NOTHING, 0, 0},
    {SYS_rename, "rename", WRITES, PATH, 0, PATH, 1, 0},
    {SYS_unlink, "unlink", WRITES, PATH, 0, NOTHING, 0, 0},
    {SYS_mkdir, "mkdir", WRITES, PATH, 0, NOTHING, 0, 0},
    {SYS_rmdir, "rmdir", WRITES, PATH, 0, NOTHING, 0, 0},
    {SYS_link, "link", WRITES, PATH, 0, PATH, 1, 0},
    {SYS_symlink, "symlink", WRITES, PATH, 1, NOTHING, 0, 0},
    {SYS_getdents, "getdents", READS, DESCRIPTOR, 0, NOTHING, 0, 0},
#endif
#ifdef SYS_renameat
    {SYS_renameat, "renameat", WRITES, PATH_AT, 0, PATH_AT, 2, 0},
#endif
    {SYS_openat, "openat", OPENS, PATH_AT, 0, NOTHING, 0, 2},
    {SYS_renameat2, "renameat2", WRITES, PATH_AT, 0, PATH_AT, 2, 0},
    {SYS_unlinkat, "unlinkat", WRITES, PATH_AT, 0, NOTHING, 0, 0},
    {SYS_mkdirat, "mkdirat", WRITES, PATH_AT, 0, NOTHING, 0, 0},
    {SYS_linkat, "linkat", WRITES, PATH_AT, 0, PATH_AT, 2, 0},
    {SYS_symlinkat, "symlinkat", WRITES, PATH_AT, 1, NOTHING, 0, 0},
    {SYS_truncate, "truncate", WRITES, PATH, 0, NOTHING, 0, 0},
    {SYS_ftruncate, "ftruncate", WRITES, DESCRIPTOR, 0, NOTHING, 0, 0},
    {SYS_fallocate, "fallocate", WRITES, DESCRIPTOR, 0, NOTHING, 0, 0},
    {SYS_write, "write", WRITES, DESCRIPTOR, 0, NOTHING, 0, 0},
    {SYS_writev, "writev", WRITES, DESCRIPTOR, 0, NOTHING, 0, 0},
    {SYS_pwrite64, "pwrite64", WRITES, DESCRIPTOR, 0, NOTHING, 0, 0},
    {SYS_pwritev, "pwritev", WRITES, DESCRIPTOR, 0, NOTHING, 0, 0},
    {SYS_pwritev2, "pwritev2", WRITES, DESCRIPTOR, 0, NOTHING, 0, 0},
    {SYS_copy_file_range, "copy_file_range", WRITES, DESCRIPTOR, 2, NOTHING, 0, 0},
    {SYS_sendfile, "sendfile", WRITES, DESCRIPTOR, 0, NOTHING, 0, 0},
    {SYS_splice, "splice", WRITES, DESCRIPTOR, 2, NOTHING, 0, 0},
    {SYS_fsync, "fsync", WRITES, DESCRIPTOR, 0, NOTHING, 0, 0},
    {SYS_fdatasync, "fdatasync", WRITES, DESCRIPTOR, 0, NOTHING, 0, 0},
    {SYS_sync_file_range, "sync_file_range", WRITES, DESCRIPTOR, 0, NOTHING, 0, 0},
    {SYS_syncfs, "syncfs", WRITES, DESCRIPTOR, 0, NOTHING, 0, 0},
    {SYS_read, "read", READS, DESCRIPTOR, 0, NOTHING, 0, 0},
    {SYS_readv, "readv", READS, DESCRIPTOR, 0, NOTHING, 0, 0},
    {SYS_pread64, "pread64", READS, DESCRIPTOR, 0, NOTHING, 0, 0},
    {SYS_preadv, "preadv", READS, DESCRIPTOR, 0, NOTHING, 0, 0},
    {SYS_mmap, "mmap", READS, DESCRIPTOR, 4, NOTHING, 0, 0},
    {SYS_statx, "statx", READS, PATH_AT, 0, NOTHING, 0, 0},
    {SYS_getdents64, "getdents64", READS, DESCRIPTOR, 0, NOTHING, 0, 0},
};
#define COUNT (sizeof CALLS / sizeof *CALLS)
_Static_assert(COUNT <= MAX_CALLS, "the filter has room for MAX_CALLS");

static const char *folder, *fault;
static long at, counted;
static FILE *calls_log;
static pid_t program;

static void cannot(const char *what) {
    fprintf(stderr, "injector: cannot %s: %s\n", what, strerror(errno));
    if (program > 0) kill(program, SIGKILL);
    _exit(CANNOT_RUN);
}

/* Makes the kernel ask about the calls of the table; returns where its questions can be read. */
static int install_filter(void) {
    struct sock_filter code[2 * MAX_CALLS + 2];
    unsigned short length = 0;
    code[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < COUNT; i++) {
        code[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)CALLS[i].number, 0, 1);
        code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
    }
    code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog filter = {length, code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) cannot("give up privileges");
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
}

/* Starts the program under the filter; returns where the kernel's questions can be read. The descriptor comes to be in
 * the child, whose table of descriptors is this one until it executes the program. */
static int start(char **arguments) {
    int channel[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel)) cannot("make a channel");
    program = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
    if (program < 0) cannot("start a process");
    if (program == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        int listener = install_filter();
        int reason = errno;
        int message[2] = {listener, reason};
        /* Not `write`, which the filter holds back until the parent listens. */
        if (send(channel[1], message, sizeof message, 0) < 0 || listener < 0) _exit(CANNOT_RUN);
        alarm(HANGS_AFTER);
        execvp(arguments[0], arguments);
        _exit(CANNOT_RUN);
    }
    int message[2];
    if (recv(channel[0], message, sizeof message, 0) != sizeof message) cannot("hear from the program");
    errno = message[1];
    if (message[0] < 0) cannot("watch system calls (seccomp with notifications, Linux 5.5)");
    return message[0];
}

/* Reads a string of the program; empty if there is none. */
static void read_string(pid_t thread, unsigned long address, char text[PATH_MAX]) {
    char name[64];
    snprintf(name, sizeof name, "/proc/%d/mem", thread);
    int memory = open(name, O_RDONLY | O_CLOEXEC);
    ssize_t length = memory < 0 ? -1 : pread(memory, text, PATH_MAX - 1, (off_t)address);
    if (memory >= 0) close(memory);
    text[length < 0 ? 0 : length] = 0;
}

/* Reads what a link below /proc/THREAD names; empty if it names nothing. */
static void read_link(pid_t thread, const char *link, int number, char text[PATH_MAX]) {
    char name[64];
    snprintf(name, sizeof name, number < 0 ? "/proc/%d/%s" : "/proc/%d/%s/%d", thread, link, number);
    ssize_t length = readlink(name, text, PATH_MAX - 1);
    text[length < 0 ? 0 : length] = 0;
}

/* Finds out which file an argument names; empty if none. */
static void resolve(const struct seccomp_notif *asked, enum argument kind, int position, char path[PATH_MAX]) {
    const __u64 *values = asked->data.args;
    pid_t thread = (pid_t)asked->pid;
    path[0] = 0;
    if (kind == NOTHING) return;
    if (kind == DESCRIPTOR) {
        if ((int)values[position] >= 0) read_link(thread, "fd", (int)values[position], path);
        return;
    }
    char given[PATH_MAX], base[PATH_MAX];
    read_string(thread, values[position + (kind == PATH_AT)], given);
    if (given[0] == '/') {
        strcpy(path, given);
        return;
    }
    int base_at = kind == PATH_AT ? (int)values[position] : AT_FDCWD;
    if (base_at == AT_FDCWD) read_link(thread, "cwd", -1, base);
    else read_link(thread, "fd", base_at, base);
    const char *between = given[0] ? "/" : "";
    if (snprintf(path, PATH_MAX, "%s%s%s", base, between, given) >= PATH_MAX) path[0] = 0;
}

static int inside(const char *path) {
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == 0);
}

static int reads(const struct call *call, const struct seccomp_notif *asked) {
    if (call->effect != OPENS) return call->effect == READS;
    return !(asked->data.args[call->flags_at] & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC));
}

/* Counts a call; returns the error it has to fail with, 0 if it may go on. */
static int judge(const struct seccomp_notif *asked) {
    const struct call *call = CALLS;
    while (call->number != asked->data.nr) call++;
    if (reads(call, asked) != (strcmp(fault, "unread") == 0)) return 0;
    char first[PATH_MAX], second[PATH_MAX];
    resolve(asked, call->first, call->first_at, first);
    resolve(asked, call->second, call->second_at, second);
    if (!inside(first) && !inside(second)) return 0;
    counted++;
    fprintf(calls_log, second[0] ? "%ld %s %s -> %s\n" : "%ld %s %s\n", counted, call->name, first, second);
    fflush(calls_log);
    if (counted == at && strcmp(fault, "kill") == 0) kill(program, SIGKILL);
    if (counted == at && strcmp(fault, "full") == 0) return ENOSPC;
    if (counted >= at && strcmp(fault, "broken") == 0) return EIO;
    if (counted >= at && strcmp(fault, "unread") == 0) return EIO;
    return 0;
}

/* Answers one question of the kernel. */
static void answer(int listener) {
    struct seccomp_notif asked;
    memset(&asked, 0, sizeof asked);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked)) return; /* the thread has ended meanwhile */
    int error = judge(&asked);
    struct seccomp_notif_resp response;
    memset(&response, 0, sizeof response);
    response.id = asked.id;
    response.error = -error;
    response.flags = error ? 0 : SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

int main(int count, char **arguments) {
    if (count < 6) {
        fprintf(stderr, "usage: injector FOLDER FAULT AT LOG PROGRAM [ARGUMENT...]\n");
        return CANNOT_RUN;
    }
    folder = arguments[1];
    fault = arguments[2];
    at = atol(arguments[3]);
    calls_log = fopen(arguments[4], "we");
    if (!calls_log) cannot("write the log");
    int listener = start(arguments + 5);
    struct pollfd events[2] = {{listener, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    while (poll(events, 2, -1) >= 0 || errno == EINTR) {
        if (events[1].revents) {
            kill(program, SIGKILL);
            events[1].fd = -1;
        }
        if (events[0].revents & POLLIN) answer(listener);
        else if (events[0].revents) break; /* no thread of the program is left */
    }
    int status;
    if (waitpid(program, &status, 0) < 0) cannot("wait for the program");
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
