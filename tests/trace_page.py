# SPDX-License-Identifier: MIT
"""What prong trace has written, read by parsers that prong did not write.

    trace_page.py files STEM       STEM.json, STEM.svg and STEM.html are well formed, and tell of the same steps
    trace_page.py strace STEM LOG  the system calls of STEM.json are those that strace saw
    trace_page.py slow COMMAND…    on a terminal the command waits for Enter at each step
    trace_page.py moved STEM OUT   OUT is the page with a script behind it that moves the slider and presses keys
"""
import html.parser
import json
import os
import pty
import re
import select
import sys
import time
import xml.etree.ElementTree as tree

VOID = {"meta", "input", "br", "hr", "img", "link"}
failures = []


def check(condition, text):
    if not condition:
        failures.append(text)
        print("FAIL:", text)


class Page(html.parser.HTMLParser):
    """Balance of tags, attributes, and the rows of the table of steps."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.rows, self.attributes, self.marks, self.title = [], [], [], 0, ""
        self.cell = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.attributes.append((tag, attrs))
        self.marks += "mark" in (attrs.get("class") or "").split()
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr" and "data-kind" in attrs:
            self.rows.append([attrs])
        if tag == "td" and self.rows:
            self.rows[-1].append("")
            self.cell = True

    def handle_startendtag(self, tag, attrs):
        self.attributes.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        check(self.open and self.open[-1] == tag, f"</{tag}> at {self.getpos()} closes {self.open[-1:]}")
        if self.open:
            self.open.pop()
        if tag == "td":
            self.cell = None

    def handle_data(self, data):
        if self.cell and self.rows:
            self.rows[-1][-1] += data
        if self.open and self.open[-1] == "title" and "svg" not in self.open:
            self.title += data


def read_json(stem):
    with open(stem + ".json", encoding="utf-8") as file:
        return json.load(file)


def moments(events):
    return [e for e in events if e["ph"] == "i"]


def check_json(data):
    events = data["traceEvents"]
    named = {e["pid"]: e["args"]["name"] for e in events if e["ph"] == "M" and e["name"] == "process_name"}
    check(list(named.values())[0] == "parent", f"the first process is {list(named.values())[:1]}")
    for e in events:
        check(e["ph"] in "MXiCsf", f"phase {e['ph']}")
        check(isinstance(e["pid"], int) and isinstance(e["tid"], int) and e["pid"] in named, f"whose is {e}?")
        check(isinstance(e["name"], str) and e["name"], f"no name: {e}")
        if e["ph"] != "M":
            check(e["ts"] >= 0, f"ts: {e}")
        if e["ph"] == "X":
            check(e["dur"] >= 0, f"dur: {e}")
    times = [e["ts"] for e in moments(events)]
    check(times == sorted(times), "moments are not in the order of time")
    for phase in "sf":
        ids = [e["id"] for e in events if e["ph"] == phase]
        check(len(ids) == len(set(ids)) == sum(e["name"] == "fork" for e in moments(events)), f"arrows {phase}: {ids}")
    # Arrows bind to the stretch around them.
    for e in events:
        if e["ph"] in "sf":
            check(any(x["ph"] == "X" and x["pid"] == e["pid"] and x["ts"] <= e["ts"] <= x["ts"] + x["dur"] for x in events),
                  f"no stretch around {e}")
    return [e["args"]["call"] for e in moments(events)]


def check_svg(stem, calls):
    root = tree.parse(stem + ".svg").getroot()
    space = "{http://www.w3.org/2000/svg}"
    check(root.tag == space + "svg", f"root {root.tag}")
    titles = [g.find(space + "title").text for g in root.iter(space + "g") if "mark" in g.get("class", "").split()]
    check(len(titles) == len(calls), f"{len(titles)} marks for {len(calls)} steps")
    for title, call in zip(titles, calls):
        check(call in title, f"'{call}' is not in '{title}'")


def check_html(stem, calls):
    with open(stem + ".html", encoding="utf-8") as file:
        text = file.read()
    page = Page()
    page.feed(text)
    page.close()
    check(text.startswith("<!DOCTYPE html>"), "no doctype")
    check(not page.open, f"not closed: {page.open}")
    check(page.marks == len(calls), f"{page.marks} marks for {len(calls)} steps")
    check([row[5] for row in page.rows] == calls, "the table's steps are others than the JSON's")
    for row in page.rows:
        check(len(row) == 12 and len(row[10]) > 20 and len(row[11]) > 20, f"no explanation: {row}")
    outside = re.findall(r"https?://[^\s\"'<]+", text)
    check(set(outside) <= {"http://www.w3.org/2000/svg"}, f"addresses: {outside}")
    unsafe = re.findall(r"innerHTML|outerHTML|document\.write|insertAdjacent|@import|url\(|eval\(", text)
    check(not unsafe, f"unsafe, or from outside: {unsafe}")
    check(not any(a.get("src") or a.get("href") or a.get("style") for _, a in page.attributes), "src, href or style")
    check(not any(k.startswith("on") for _, a in page.attributes for k in a), "a handler in an attribute")
    return page


def files(stem):
    data = read_json(stem)
    calls = check_json(data)
    check_svg(stem, calls)
    page = check_html(stem, calls)
    check(data["otherData"]["file"] in page.title, f"title {page.title!r}")


CALL = re.compile(r"^(\d+) +(shmget|shmat|shmdt|shmctl|clone3?|fork|vfork|wait4|waitid)\b(.*)$")


def whole_calls(file):
    """The lines of strace's log: a call that another one came between is on two, which are joined."""
    begun = {}
    for line in file:
        pid = line.split()[0]
        resumed = re.match(r"\d+ +<\.\.\. \w+ resumed>(.*)", line)
        if line.rstrip().endswith("<unfinished ...>"):
            begun[pid] = line.rstrip()[:-len("<unfinished ...>")]
        elif resumed and pid in begun:
            yield begun.pop(pid) + resumed.group(1)
        else:
            yield line.rstrip()


def strace(stem, log):
    seen, forks, waits = {}, [], []
    with open(log, encoding="utf-8", errors="replace") as file:
        for line in whole_calls(file):
            found = CALL.match(line)
            if not found:
                continue
            pid, call, rest = found.groups()
            result = rest.rsplit("= ", 1)[-1].split()[0]
            if call in ("clone", "clone3", "fork", "vfork") and "CLONE_THREAD" not in line:
                forks.append(int(result))
            elif call in ("wait4", "waitid"):
                waits.append(int(result) if call == "wait4" else int(re.search(r"P_PID, (\d+)", line).group(1)))
            elif call.startswith("shm") and "IPC_STAT" not in line and "IPC_INFO" not in line:
                seen.setdefault(int(pid), []).append((call, result))
    events = moments(read_json(stem)["traceEvents"])
    told = {}
    for e in events:
        call = e["args"]["call"]
        if call.startswith("shm"):
            told.setdefault(e["pid"], []).append((call.split("(")[0], call.rsplit("= ", 1)[-1].split()[0]))
    check(told == seen, f"told {told}, seen {seen}")
    check([int(e["args"]["call"].split("= ")[1]) for e in events if e["name"] == "fork"] == forks, f"forks {forks}")
    waited = [int(re.search(r"wait\((\d+)\)", e["args"]["call"]).group(1)) for e in events if e["name"] == "wait"]
    check(sorted(waited) == sorted(set(waits)), f"waits {waits}, told {waited}")
    check(len({e["pid"] for e in events}) == len(forks) + 1, "as many processes as forks")


def read_until(fd, pattern, seconds=60):
    text, end = "", time.monotonic() + seconds
    while not re.search(pattern, text) and time.monotonic() < end:
        if select.select([fd], [], [], 0.2)[0]:
            try:
                more = os.read(fd, 65536).decode(errors="replace")
            except OSError:
                break
            if not more:
                break
            text += more
    return text


def slow(command):
    pid, fd = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    prompt = r"Enter: the next step"
    first = read_until(fd, prompt)
    check("shmget(" in first and "shmat(" not in first, f"the first step alone: {first!r}")
    identity = int(re.search(r"= (\d+)", first).group(1))
    with open("/proc/sysvipc/shm", encoding="ascii") as table:
        lines = [line.split() for line in table if line.split()[1] == str(identity)]
    check(len(lines) == 1 and lines[0][6] == "0", f"while it waits the segment is there and not attached: {lines}")
    os.write(fd, b"\n")
    second = read_until(fd, prompt)
    check("shmat(" in second and "fork(" not in second, f"the second step alone: {second!r}")
    os.write(fd, b"q\n")
    rest = read_until(fd, r"\0never")
    check("IPC_RMID" in rest and len(re.findall(prompt, rest)) == 0, f"all the others: {rest!r}")
    check(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, "exit status")


def moved(stem, out):
    with open(stem + ".html", encoding="utf-8") as file:
        text = file.read()
    script = """<script>
const slider = document.getElementById('step');
slider.value = 5;
slider.dispatchEvent(new Event('input'));
for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft'])
  document.dispatchEvent(new KeyboardEvent('keydown', { key }));
</script>
"""
    with open(out, "w", encoding="utf-8") as file:
        file.write(text.replace("</body>", script + "</body>"))


if __name__ == "__main__":
    if sys.argv[1] == "slow":
        slow(sys.argv[2:])
    else:
        {"files": files, "strace": strace, "moved": moved}[sys.argv[1]](*sys.argv[2:])
    sys.exit(bool(failures))
