#!/usr/bin/env python3
"""Runs commands and compares what they print, to the byte.

A case is a folder of cases/: `args` (one argument a line), and what is expected: `stdout`, `stderr`
(either may be absent: then it must be empty), `exit` (default 0). `stdin` is optional; `@` in args
stands for the case's folder. TAP out. usage: run_cases.py DATELINE [--update] [CASE...]
"""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def read(path):
    if not os.path.exists(path):
        return b""
    with open(path, "rb") as file:
        return file.read()


def run(dateline, folder):
    with open(os.path.join(folder, "args"), encoding="utf-8") as file:
        args = [line.rstrip("\n").replace("@", ".") for line in file if line.strip()]
    done = subprocess.run([dateline] + args, input=read(os.path.join(folder, "stdin")), cwd=folder,
                          capture_output=True, timeout=60, check=False)
    return {"stdout": done.stdout, "stderr": done.stderr,
            "exit": str(done.returncode).encode() + b"\n"}


def main():
    dateline, options = os.path.abspath(sys.argv[1]), sys.argv[2:]
    update = "--update" in options
    names = [o for o in options if o != "--update"]
    names = names or sorted(os.listdir(os.path.join(HERE, "cases")))
    print(f"1..{len(names)}")
    for number, name in enumerate(names, 1):
        folder = os.path.join(HERE, "cases", name)
        got, wrong = run(dateline, folder), []
        for part, text in got.items():
            path = os.path.join(folder, part)
            want = read(path) or (b"0\n" if part == "exit" else b"")
            if text == want:
                continue
            if update:
                with open(path, "wb") as file:
                    file.write(text)
            else:
                wrong.append((part, want, text))
        print(("not ok" if wrong else "ok"), number, "-", name)
        for part, want, text in wrong:
            print(f"# {part}: want {want!r}\n#  got {text!r}")
    return 0


sys.exit(main())
