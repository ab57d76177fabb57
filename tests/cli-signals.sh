#!/bin/sh
# SPDX-License-Identifier: MIT
# SIGINT, SIGTERM and SIGHUP end a run: no answer, nothing remains, and the command says how far it had come and dies of that
# very signal, whatever it was waiting for. Ctrl-Z stops the whole run, and fg lets it go on. SIGUSR1 asks how far it has come.
# shellcheck source-path=SCRIPTDIR source=cli-common.sh disable=SC2154,SC2034
. "${top_srcdir:-.}/tests/cli-common.sh"
python=${PYTHON_NUMPY:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 6))' 2>/dev/null ||
  { echo 'Python 3 is needed to tell death by a signal from an exit status'; exit 77; }
seq 1 400000 >text
"$prong" sum text >right
printf '\001\002\003\004' | npy square.npy '|u1' '(2, 2)'
cat >driver.py <<'PY'
import os, re, signal, subprocess, sys, time

prong, faulty = sys.argv[1:]
right = open("right", "rb").read()
failures = 0

def fail(name, why):
    global failures
    failures += 1
    print("FAIL: %s: %s" % (name, why))

def segments(pid):
    try:
        lines = open("/proc/sysvipc/shm").read().splitlines()[1:]
    except OSError:
        return 0
    return sum(int(line.split()[4]) == pid for line in lines)

def group_of(pgid):
    """The states of the processes of a group, zombies left out."""
    states = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                fields = open("/proc/%s/stat" % entry).read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[2]) == pgid and fields[0] != "Z":
                states.append(fields[0])
    return states

def until(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True

def start(command, fault="", ignored=(), **pipes):
    def prepare():
        os.setpgid(0, 0)
        for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGTSTP):
            signal.signal(s, signal.SIG_IGN if s in ignored else signal.SIG_DFL)
    return subprocess.Popen(command, env=dict(os.environ, PRONG_FAULT=fault), stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, preexec_fn=prepare, **pipes)

def ends(name, process, sig, words=b""):
    """It must die of sig within some seconds, say this at most, and leave nothing."""
    try:
        out, err = process.communicate(timeout=40)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        fail(name, "it is still there after 40 s")
        return
    if process.returncode != -sig:
        fail(name, "ended with %d: %s" % (process.returncode, err))
    if out or not re.fullmatch(words, err):
        fail(name, "said %r and %r" % (out, err))
    if not until(lambda: not group_of(process.pid)):
        fail(name, "processes remain")
    if not until(lambda: not segments(process.pid)):
        fail(name, "a segment remains")

for sig in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
    name = "%s ends a run" % sig.name
    p = start([faulty, "-j", "3", "sum", "text"], "worker-computed:hang:*")
    if not until(lambda: len(group_of(p.pid)) == 4):
        fail(name, "no workers")
    p.send_signal(sig)
    ends(name, p, sig, rb"prong: interrupted in text, at 0 % \(0\.00 of 2\.69 MB\)\n")

    name = "%s for the whole group ends a run" % sig.name
    p = start([faulty, "-j", "2", "--remove=end", "sum", "text"], "worker-computed:sleep:*")
    until(lambda: len(group_of(p.pid)) == 3)
    os.killpg(p.pid, sig)
    ends(name, p, sig, rb"(prong: interrupted in text, at [0-9]+ % \([0-9.]+ of 2\.69 MB\)\n)?")

    name = "%s ends a run that waits in the middle of a pipe" % sig.name
    r, w = os.pipe()
    p = start([prong, "-j", "2", "sum"], stdin=r)
    os.close(r)
    os.write(w, b"1 2 3\n" * 1000)
    until(lambda: len(group_of(p.pid)) == 3)
    p.send_signal(sig)
    ends(name, p, sig, rb"prong: interrupted in standard input, after 0\.00 MB\n")
    os.close(w)

name = "SIGTERM ends a command that waits for the first byte of a pipe"
r, w = os.pipe()
p = start([prong, "sum"], stdin=r)
os.close(r)
time.sleep(0.3)
p.send_signal(signal.SIGTERM)
ends(name, p, signal.SIGTERM)
os.close(w)

name = "SIGINT ends a command that waits for a FIFO's writer"
os.mkfifo("fifo")
p = start([prong, "sum", "fifo"])
time.sleep(0.3)
p.send_signal(signal.SIGINT)
ends(name, p, signal.SIGINT)

name = "a signal between two files ends the command"
p = start([faulty, "-j", "2", "sum"] + ["text"] * 100, "worker-computed:sleep:*")
time.sleep(0.3)
p.send_signal(signal.SIGTERM)
ends(name, p, signal.SIGTERM, rb"(prong: interrupted in text, at .*\n)?")

name = "SIGUSR1 asks how far a run has come, also for the whole group, and changes nothing"
r, w = os.pipe()
p = start([prong, "-j", "2", "sum"], stdin=r)
os.close(r)
os.write(w, b"1 2 3\n" * 1000)
until(lambda: len(group_of(p.pid)) == 3)
time.sleep(0.2)
p.send_signal(signal.SIGUSR1)
said = p.stderr.readline()
os.killpg(p.pid, signal.SIGUSR1)
said += p.stderr.readline()
os.close(w)
out, err = p.communicate()
if p.returncode != 0 or out != b"6000\n" or not re.fullmatch(rb"(prong: standard input: 0.00 MB, 0.00 GB/s\n){2}", said + err):
    fail(name, "ended with %d, %r, %r" % (p.returncode, out, err))

name = "SIGUSR1 is harmless to every command that runs"
p = start([faulty, "-j", "1", "--axis", "0", "sum", "square.npy"], "worker-computed:stop")
until(lambda: "T" in group_of(p.pid))
p.send_signal(signal.SIGUSR1)
said = p.stderr.readline()
os.killpg(p.pid, signal.SIGCONT)
out, err = p.communicate()
if p.returncode != 0 or out != b"4\n6\n" or err or not re.fullmatch(rb"prong: square.npy: .*\n", said):
    fail(name, "ended with %d, %r, %r" % (p.returncode, out, said + err))

name = "a bar is drawn where it is asked for, on standard error, and wiped away"
for option, pattern in (("--progress", rb"(\r[^\r\x1b]*0.00 MB, 0.00 GB/s\x1b\[K)+\r\x1b\[K"), ("--no-progress", rb""), ("--stats", rb"workers.*\n")):
    r, w = os.pipe()
    p = start([prong, "-j", "2", option, "sum"], stdin=r)
    os.close(r)
    os.write(w, b"1 2 3\n")
    time.sleep(0.9)
    os.close(w)
    out, err = p.communicate()
    if p.returncode != 0 or out != b"6\n" or not re.fullmatch(pattern, err):
        fail(name, "%s: ended with %d, %r, %r" % (option, p.returncode, out, err))

name = "a signal that was ignored at the start stays ignored"
p = start([faulty, "-j", "2", "sum", "text"], "worker-computed:sleep:*", ignored=(signal.SIGHUP,))
until(lambda: len(group_of(p.pid)) == 3)
os.killpg(p.pid, signal.SIGHUP)
out, err = p.communicate()
if p.returncode != 0 or out != right:
    fail(name, "ended with %d, %r, %r" % (p.returncode, out, err))

name = "Ctrl-Z stops the whole run, and it goes on to its answer"
p = start([faulty, "-j", "3", "--grain", "5000", "sum", "text"], "worker-computed:sleep:*;worker-claimed:sleep:*")
until(lambda: len(group_of(p.pid)) == 4)
os.killpg(p.pid, signal.SIGTSTP)
if not until(lambda: set(group_of(p.pid)) == {"T"}):
    fail(name, "states are %s" % group_of(p.pid))
os.killpg(p.pid, signal.SIGCONT)
out, err = p.communicate()
if p.returncode != 0 or out != right:
    fail(name, "ended with %d, %r, %r" % (p.returncode, out, err))

name = "a reader that has gone is no crash"
r, w = os.pipe()
os.close(r)
p = subprocess.Popen([prong, "sum", "text"], stdout=w, stderr=subprocess.PIPE)
err = p.communicate()[1]
if p.returncode not in (-signal.SIGPIPE, 1):
    fail(name, "ended with %d, %r" % (p.returncode, err))
sys.exit(failures != 0)
PY
"$python" driver.py "$prong" "$faulty" || failures=1
finish
