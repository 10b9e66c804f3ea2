#!/usr/bin/env python3
"""Help, versions, man pages and completion of every command: all come from one table.

usage: test_help.py DATELINE COMMANDS.DEF
"""
import os
import re
import shutil
import subprocess
import sys
import traceback


class Help:
    def __init__(self, dateline, table):
        self.dateline = dateline
        with open(table, encoding="utf-8") as file:
            self.names = re.findall(r"^DL_COMMAND\((\w+)\)", file.read(), re.M)

    def __call__(self, *args):
        done = subprocess.run([self.dateline] + list(args), capture_output=True, timeout=60, check=False,
                              stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout.decode(), done.stderr.decode()


def overview_names_every_command(h):
    code, out, err = h("--help")
    assert code == 0 and not err
    for name in h.names:
        assert re.search(rf"^  {name} +\S", out, re.M), name
    assert h("help")[1] == out and h("-h")[1] == out


def each_has_help_and_examples(h):
    for name in h.names:
        code, out, err = h(name, "--help")
        assert code == 0 and not err and out.startswith(f"Usage: dateline {name} "), name
        assert "-h, --help" in out and "\nExamples\n" in out, name
        assert h("help", name)[1] == out, name
        long = [line for line in out.splitlines()[1:] if len(line) > 80 and not line.startswith("  dateline ")]
        assert not long, long


def each_tells_its_version(h):
    code, out, _ = h("--version")
    assert code == 0 and out.startswith("dateline ")
    libraries = [line.split(" ")[0] for line in out.splitlines()]
    assert len(libraries) == len(set(libraries)), libraries
    for wanted in ("lexbor", "yyjson", "libcurl", "c-ares", "libxml2", "sqlite", "ICU", "libmicrohttpd", "schema"):
        assert wanted in libraries, wanted
    for name in h.names:
        assert h(name, "--version")[:2] == (0, out), name


def wrong_options_name_the_right_one(h):
    for name in h.names:
        code, out, err = h(name, "--hlep")
        assert code == 2 and not out, name
        assert err == f"dateline {name}: no option '--hlep'; did you mean --help?\n", err
        assert h(name[:-1] + "zz")[0] == 2


def man_pages_are_clean(h):
    for name in [None] + h.names:
        code, page, _ = h("help", "--man", *([name] if name else []))
        assert code == 0 and page.startswith(".TH DATELINE") and ".SH EXIT STATUS" in page, name
        if shutil.which("groff"):
            done = subprocess.run(["groff", "-K", "utf8", "-T", "utf8", "-man", "-ww", "-z"], input=page.encode(),
                                  capture_output=True, timeout=60, check=False)
            assert done.returncode == 0 and not done.stderr, (name, done.stderr[:300])


def completed(h, *words):
    script = ('source <("$0" completion bash); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _dateline; '
              'printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(["bash", "-c", script, h.dateline] + list(words), capture_output=True, timeout=60,
                          check=False, cwd="/")
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout.decode().split()


def bash_completes(h):
    assert completed(h, "dateline", "sea") == ["search"]
    assert set(h.names) <= set(completed(h, "dateline", ""))
    assert "--limit" in completed(h, "dateline", "search", "--l")
    assert completed(h, "dateline", "sources", "im") == ["import"]
    assert completed(h, "dateline", "completion", "zs") == ["zsh"]
    for shell in ("zsh", "fish"):
        code, out, _ = h("completion", shell)
        assert code == 0 and all(name in out for name in h.names)


TESTS = [overview_names_every_command, each_has_help_and_examples, each_tells_its_version,
         wrong_options_name_the_right_one, man_pages_are_clean, bash_completes]


def main():
    h = Help(os.path.abspath(sys.argv[1]), sys.argv[2])
    print(f"1..{len(TESTS)}")
    for number, test in enumerate(TESTS, 1):
        try:
            test(h)
            print("ok", number, "-", test.__name__)
        except Exception:  # any fault is this test's
            print("not ok", number, "-", test.__name__)
            print("#", traceback.format_exc().replace("\n", "\n# "))
    return 0


sys.exit(main())
