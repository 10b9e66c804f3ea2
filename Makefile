# Thin: Meson builds, this names what people do. Two commands: make run, make test.
BUILD ?= build
JOBS ?= $(shell nproc)
ARGS ?=
MESON_ARGS ?=
ASAN = ASAN_OPTIONS=detect_leaks=1:abort_on_error=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1

.PHONY: models run build test test-quick asan tsan fuzz bench soak mutants lint format install clean setup setup-test help

help:
	@echo 'make run      install what is missing, build, start on http://127.0.0.1:8440'
	@echo 'make test     install what is missing, build, run every test'
	@echo 'make build    build only          make install   install (DESTDIR, PREFIX)'
	@echo 'make asan     tests with address and undefined-behaviour sanitizers'
	@echo 'make tsan     tests with the thread sanitizer'
	@echo 'make fuzz     fuzz every parser (SECONDS=60 each)'
	@echo 'make soak     kill -9 anything for a long time (KILLS=5000)'
	@echo 'make mutants  take one guard of the fetching away at a time: its test must fail (some minutes)'
	@echo 'make models   train models/ anew from TREEBANKS=FOLDER (LANGS="en ja": these)'
	@echo 'make bench    measure            make lint       clang-tidy, cppcheck, layers, lexicon'

setup:
	@tools/setup build page
	@tools/setup words || echo 'Going on without: stories are linked across languages by names and places then.'

setup-test:
	@tools/setup build page test

$(BUILD)/build.ninja:
	meson setup $(BUILD) --buildtype=release -Db_ndebug=false $(MESON_ARGS)

build: setup $(BUILD)/build.ninja
	ninja -C $(BUILD) -j $(JOBS)

run: build
	$(BUILD)/dateline serve $(ARGS)

test: setup-test $(BUILD)/build.ninja
	ninja -C $(BUILD) -j $(JOBS)
	tools/run-tests $(BUILD)

test-quick: $(BUILD)/build.ninja
	ninja -C $(BUILD) -j $(JOBS)
	tools/run-tests $(BUILD) --no-suite slow

asan: setup-test
	test -f build-asan/build.ninja || meson setup build-asan --buildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false
	ninja -C build-asan -j $(JOBS)
	$(ASAN) tools/run-tests build-asan --timeout-multiplier 5

tsan: setup-test
	test -f build-tsan/build.ninja || meson setup build-tsan --buildtype=debugoptimized -Db_sanitize=thread -Db_lundef=false
	ninja -C build-tsan -j $(JOBS)
	tools/run-tests build-tsan --timeout-multiplier 5

SECONDS ?= 60
fuzz: setup-test
	test -f build-fuzz/build.ninja || CC=clang CXX=clang++ meson setup build-fuzz --buildtype=debugoptimized -Dfuzzers=true -Db_sanitize=address,undefined -Db_lundef=false
	ninja -C build-fuzz -j $(JOBS)
	fuzz/run build-fuzz $(SECONDS)

bench: build
	bench/run $(BUILD)

KILLS ?= 5000
soak: build
	test/cmd/test_crash.py $(BUILD)/dateline --documents 100000 --kills $(KILLS)

mutants: setup-test
	tools/mutants --write test/net/MUTANTS.md

TREEBANKS ?= ../treebanks
models: $(BUILD)/build.ninja
	ninja -C $(BUILD) train/train train/train_ner train/train_statements
	train/models $(BUILD)/train/train $(TREEBANKS) $(LANGS)

lint: $(BUILD)/build.ninja
	tools/check-layers .
	tools/lint-lexicon .
	train/statements/check
	tools/lint $(BUILD)

format:
	git ls-files 'src/*.[ch]' 'test/*.[ch]' 'fuzz/*.[ch]' | xargs clang-format -i

install: build
	meson install -C $(BUILD) --no-rebuild

clean:
	rm -rf build build-asan build-tsan build-fuzz
