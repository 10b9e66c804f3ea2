#!/usr/bin/env python3
"""`dateline trace FILE`: a page and a text that are in no store, who says what with its sentence.

usage: test_trace.py DATELINE
"""
import json
import os
import subprocess
import sys
import tempfile

PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>EXAMPLE: Terminal closed</title></head>
<body><nav><a href="/">Home</a></nav><article><h1>EXAMPLE: Terminal closed</h1>
<p>NORDHAVEN, EXAMPLE. The port authority said on Tuesday that nine people were injured when an explosion
shook the grain terminal. The pier has been closed, and ships wait outside the port until the inquiry is over.</p>
<p>The terminal stores grain for three provinces. It was built forty years ago and was last repaired in the
spring of the year before last, when two cranes were replaced.</p></article></body></html>"""


def trace(dateline, path, *options):
    done = subprocess.run([dateline, "trace"] + list(options) + [path], capture_output=True, timeout=60,
                          check=False, env={"PATH": os.environ["PATH"], "DATELINE_STORE": "/nonexistent"})
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def page_as_json(dateline, folder):
    path = os.path.join(folder, "page.html")
    code, out, err = trace(dateline, path, "--json", "--outlet", "Courier", "--url", "https://courier.example/1")
    answer = json.loads(out)
    said = [s for s in answer["statements"] if "port authority" in s["words"].get("source", "")]
    assert code == 0 and not err and said, out
    assert answer["title"] == "EXAMPLE: Terminal closed" and answer["url"] == "https://courier.example/1"
    assert said[0]["sentence"]["text"].startswith("The port authority said"), said[0]
    assert said[0]["traced"] is True and said[0]["chain"][0]["class"] == "media"
    assert "id" not in answer and "seen" not in answer


def page_as_text(dateline, folder):
    code, out, _ = trace(dateline, os.path.join(folder, "page.html"), "--outlet", "Courier")
    lines = out.splitlines()
    assert code == 0 and lines[0] == "EXAMPLE: Terminal closed" and lines[1].startswith("  Courier")
    assert any(line.strip().startswith("← The port authority") for line in lines), out


def text_is_text(dateline, folder):
    path = os.path.join(folder, "note")
    with open(path, "w", encoding="utf-8") as file:
        file.write("The minister said on Monday that the bridge would open in May.\n")
    code, out, _ = trace(dateline, path)
    assert code == 0 and "← The minister" in out and "the bridge would open in May" in out, out


def hostile_files_are_errors(dateline, folder):
    for name, body in {"deep": b"<div>" * 300000, "zeros": b"\0" * 5000, "empty": b"",
                       "broken": b"<html><body><p>\xff\xfe\xfd"}.items():
        path = os.path.join(folder, name)
        with open(path, "wb") as file:
            file.write(body)
        code, out, err = trace(dateline, path)
        assert code in (1, 3) and err.startswith("dateline trace: "), (name, code, out, err)


def no_such_file_is_asked_of_the_store(dateline, folder):
    code, _, err = trace(dateline, os.path.join(folder, "nothing"))
    assert code == 3 and "no store" in err, err


TESTS = [page_as_json, page_as_text, text_is_text, hostile_files_are_errors, no_such_file_is_asked_of_the_store]


def main():
    dateline = os.path.abspath(sys.argv[1])
    print(f"1..{len(TESTS)}")
    with tempfile.TemporaryDirectory(prefix="dateline-trace-") as folder:
        with open(os.path.join(folder, "page.html"), "w", encoding="utf-8") as file:
            file.write(PAGE)
        for number, test in enumerate(TESTS, 1):
            try:
                test(dateline, folder)
                print("ok", number, "-", test.__name__)
            except Exception as error:  # any fault is this test's
                print("not ok", number, "-", test.__name__)
                print(f"# {type(error).__name__}: {error}")
    return 0


sys.exit(main())
