#!/usr/bin/env python3
"""tools/check-layers finds what it is there for: a file that breaks a law is planted in a copy of src.

usage: test_check_layers.py SOURCE_ROOT
"""
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = sys.argv[1]
PLANTED = [  # where, what, the word of the complaint
    ("feed/plant.c", "int f(void) { return socket(2, 1, 0); }", "egress gate"),
    ("net/plant.c", "int f(void) { return socket(2, 1, 0); }", "egress gate"),
    ("net/exchange2.c", "int f(int s) { return connect(s, 0, 0); }", "egress gate"),
    ("cmd/plant.c", "int f(int s) { return connect(s, 0, 0); }", "egress gate"),
    ("queue/requests.c", "int f(void) { return socket(AF_INET, 1, 0); }", "egress gate"),
    ("serve/plant.c", "int f(void) { return getaddrinfo(0, 0, 0, 0); }", "resolver"),
    ("net/plant.c", "long f(int s) { return sendto(s, 0, 0, 0, 0, 0); }", "egress gate"),
    ("net/plant.c", "int f(void *e) { return curl_easy_perform(e); }", "client"),
    ("net/client.c", "void *f(void) { return curl_easy_init(); }", ""),
    ("queue/plant.c", "#include <curl/curl.h>", "belongs to net"),
    ("feed/plant.c", "#include <ares.h>", "belongs to net"),
    ("store/plant.c", "int f(void) { return system(\"ls\"); }", "no shell"),
    ("feed/plant.c", "int f(void) { return execvp(\"ls\", 0); }", "no shell"),
    ("base/plant.c", "#include \"net/url.h\"", "must not include"),
    ("feed/plant.c", "int f(void) { return xmlReadFile(\"x\", 0, 0) != 0; }", "reads no file"),
    ("feed/plant.c", "int a = XML_PARSE_NOENT;", "entities"),
    ("page/plant.c", "int a = XML_PARSE_HUGE | XML_PARSE_DTDLOAD;", "entities"),
]


def check(folder):
    done = subprocess.run([sys.executable, os.path.join(ROOT, "tools", "check-layers"), folder], capture_output=True,
                          text=True, check=False)
    return done.returncode, done.stdout


def main():
    failed = 0
    code, said = check(ROOT)
    print(f"{'ok' if code == 0 else 'not ok'} 1 - the source keeps the laws {said[:300]!r}")
    failed += code != 0
    for i, (path, text, word) in enumerate(PLANTED, 2):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(os.path.join(ROOT, "src"), os.path.join(folder, "src"))
            with open(os.path.join(folder, "src", path), "a", encoding="utf-8") as out:
                out.write("\n" + text + "\n")
            code, said = check(folder)
            good = (code != 0 and path in said and word in said) if word else code == 0
            failed += not good
            print(f"{'ok' if good else 'not ok'} {i} - {text} in {path} {'is found' if word else 'is allowed'}")
            if not good:
                print("#", said)
    print(f"1..{len(PLANTED) + 1}")
    return failed != 0


sys.exit(main())
