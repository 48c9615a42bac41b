# The front door. `make` alone lists what there is.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# The steps of `make test` follow one another; cargo uses every core by itself.
.NOTPARALLEL:
.PHONY: help demo smoke test check tools build packages bench fuzz torture pages

TARGET := $(or $(CARGO_TARGET_DIR),target)

# The tests need the card readers and Kerberos; the demo does without, so that it builds on any machine.
# Every step of a run takes the same set, because another one would build half of everything again.
FEATURES := release-station/pcsc,kerberos-worker/gssapi
DEMO := --package print-server --package document-worker --package release-station --package virtual-mfp --package e2e --bins

help: ## list what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

demo: tools ## the whole product on this machine: print, tap, see the costs (no root needed)
	@cargo build $(DEMO)
	@$(TARGET)/debug/demo

smoke: tools ## the demo's journey without a person, each step shown and checked
	@cargo build $(DEMO)
	@$(TARGET)/debug/smoke

test: packages check build ## everything: packages (as root), style, all tests, the smoke run
	tests/run-tests
	$(TARGET)/debug/with-postgres $(TARGET)/debug/smoke

check: ## style: formatting, lints, the rules of the house
	cargo fmt --all --check
	cargo clippy --workspace --features $(FEATURES) --all-targets -- -D warnings
	cargo test --quiet --workspace --features $(FEATURES) --test tidy

# What even the demo needs, named in one line when it is missing.
tools:
	@missing=; \
	for tool in cargo cc; do command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	[ -z "$$missing" ] || { echo "missing:$$missing (Rust from https://rustup.rs," \
	    "the C compiler by: apt-get install gcc libc6-dev)" >&2; exit 1; }; \
	wanted=$$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml); \
	there=$$(cargo --version | cut -d ' ' -f 2); \
	printf '%s\n' "$$wanted" "$$there" | sort --check --version-sort 2>/dev/null || { \
	    echo "Rust $$there is too old: $$wanted or later is needed (https://rustup.rs)" >&2; exit 1; }

build:
	cargo build --workspace --features $(FEATURES) --all-targets

packages:
	@tests/install-packages

bench: tools packages ## measure against CUPS and a bare server; writes target/bench/results.json
	cargo build --release $(DEMO) --features $(FEATURES)
	$(TARGET)/release/bench

fuzz: ## feed the IPP codec millions of broken messages
	crates/ipp-codec/fuzz/run.sh

torture: ## kill hundreds of times, cut the power, race thousands of taps; takes hours
	cargo build --workspace --features $(FEATURES) --all-targets
	FOLLOWME_KILLS=100 FOLLOWME_POWER_CUTS=20 FOLLOWME_STEP_KILLS=20 FOLLOWME_RANDOM_KILLS=500 \
	    FOLLOWME_STATION_RACES=500 $(TARGET)/debug/with-postgres \
	    cargo test --workspace --features $(FEATURES) --test journeys -- \
	    --include-ignored --nocapture --test-threads 1 crashes power_loss durable races readers
	FOLLOWME_RACE_ROUNDS=10000 $(TARGET)/debug/with-postgres \
	    cargo test --features $(FEATURES) --package print-server --package release-station \
	    --package kerberos-worker --bin print-server -- --nocapture --test-threads 1 race_tests

pages: packages ## print every page of some hundred documents as raster and compare it; takes hours
	cargo build --workspace --features $(FEATURES) --all-targets
	FOLLOWME_PAGES=all cargo test --workspace --features $(FEATURES) --test journeys -- \
	    --include-ignored --nocapture --test-threads 1 printed_pages
