#!/usr/bin/env python3
"""Runs commands and compares what they print, to the byte.

A case is a folder of cases/: `args` (one argument a line), and what is expected: `stdout`, `stderr`
(either may be absent: then it must be empty), `exit` (default 0). `stdin` is optional; `env` has
lines NAME=VALUE; `mask` has regular expressions, one a line: what they match becomes `~` before it
is compared (times of now, versions). In args and env, `@` stands for the case's folder, and

    @WORLD   a store with the EXAMPLE world, for reading
    @COPY    a copy of it of this case's own, for writing
    @NEWER   the same with a schema of a later version
    @DAMAGED a file that is no database in its place
    @EMPTY   an empty folder of this case's own

Paths of these are printed back as the names. Without another store, $DATELINE_STORE is @WORLD.
TAP out. usage: run_cases.py DATELINE [--world MAKE_WORLD] [--update] [CASE...]
"""
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def read(path):
    if not os.path.exists(path):
        return b""
    with open(path, "rb") as file:
        return file.read()


def lines(path):
    return [line for line in read(path).decode().split("\n") if line.strip()]


class Stores:
    """The stores that cases name, made when first asked for."""

    def __init__(self, make_world):
        self.make_world, self.folder = make_world, tempfile.mkdtemp(prefix="dateline-cases-")
        self.number = 0

    def path(self, name):
        return os.path.join(self.folder, name)

    def world(self):
        if not os.path.exists(self.path("world")):
            os.mkdir(self.path("world"))
            subprocess.run([self.make_world, self.path("world")], check=True)
        return self.path("world")

    def copy(self, name):
        if not os.path.exists(self.path(name)):
            shutil.copytree(self.world(), self.path(name))
        return self.path(name)

    def newer(self):
        folder = self.copy("newer")
        db = sqlite3.connect(os.path.join(folder, "dateline.db"))
        db.execute("PRAGMA user_version=99")
        db.close()
        return folder

    def damaged(self):
        folder = self.copy("damaged")
        for end in ("-wal", "-shm"):
            if os.path.exists(os.path.join(folder, "dateline.db" + end)):
                os.unlink(os.path.join(folder, "dateline.db" + end))
        with open(os.path.join(folder, "dateline.db"), "wb") as file:
            file.write(b"This is no database. " * 1000)
        return folder

    def fresh(self, make):
        self.number += 1
        return make(f"own-{self.number}")

    def empty(self, name):
        os.mkdir(self.path(name))
        return self.path(name)

    def names_in(self, texts):
        """NAME -> path for the stores named in the texts."""
        makers = {"@WORLD": self.world, "@COPY": lambda: self.fresh(self.copy), "@NEWER": self.newer,
                  "@DAMAGED": self.damaged, "@EMPTY": lambda: self.fresh(self.empty)}
        return {name: make() for name, make in makers.items() if any(name in text for text in texts)}


def put_names(text, names, folder):
    for name, path in names.items():
        text = text.replace(name, path)
    return text.replace("@", folder)


def take_names(output, names, case, masks):
    for name, path in list(names.items()) + [("@", os.path.realpath(case))]:
        output = output.replace(path.encode(), name.encode())
    for mask in masks:
        output = re.sub(mask.encode(), b"~", output)
    return output


def run(dateline, folder, stores):
    args, env = lines(os.path.join(folder, "args")), lines(os.path.join(folder, "env"))
    names = stores.names_in(args + env)
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C.UTF-8",
                   "DATELINE_STORE": stores.world(), "TERM": "dumb"}
    environment.update(key for key in os.environ.items() if key[0].endswith("SAN_OPTIONS"))
    environment.update(put_names(line, names, folder).split("=", 1) for line in env)
    done = subprocess.run([dateline] + [put_names(arg, names, ".") for arg in args], env=environment,
                          input=read(os.path.join(folder, "stdin")), cwd=folder,
                          capture_output=True, timeout=60, check=False)
    masks = lines(os.path.join(folder, "mask"))
    names.setdefault("@WORLD", stores.world())
    return {"stdout": take_names(done.stdout, names, folder, masks),
            "stderr": take_names(done.stderr, names, folder, masks),
            "exit": str(done.returncode).encode() + b"\n"}


def compare(folder, got, update):
    wrong = []
    for part, text in got.items():
        path = os.path.join(folder, part)
        want = read(path) or (b"0\n" if part == "exit" else b"")
        if text == want:
            continue
        if not update:
            wrong.append((part, want, text))
        elif text or os.path.exists(path):
            with open(path, "wb") as file:
                file.write(text)
    return wrong


def main():
    dateline, options = os.path.abspath(sys.argv[1]), sys.argv[2:]
    make_world = ""
    if "--world" in options:
        at = options.index("--world")
        make_world = os.path.abspath(options[at + 1])
        del options[at:at + 2]
    update = "--update" in options
    names = [o for o in options if o != "--update"]
    names = names or sorted(os.listdir(os.path.join(HERE, "cases")))
    stores = Stores(make_world)
    print(f"1..{len(names)}")
    for number, name in enumerate(names, 1):
        folder = os.path.join(HERE, "cases", name)
        wrong = compare(folder, run(dateline, folder, stores), update)
        print(("not ok" if wrong else "ok"), number, "-", name)
        for part, want, text in wrong:
            print(f"# {part}: want {want!r}\n#  got {text!r}")
    shutil.rmtree(stores.folder)
    return 0


sys.exit(main())
