# Banyan. Everything a person does with the repository is a target here; `make` lists them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

export CGO_ENABLED := 0

PORT ?= 8080
DATA ?= data
PACK ?= packs/fuzhou

# What has been made is remembered by a stamp; bin/ is not kept in git.
STAMPS := bin/.stamps
NPM    := npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

TEMPL   := $(shell find internal web -name node_modules -prune -o -name '*.templ' -print)
UNMADE  := $(filter-out $(wildcard $(TEMPL:.templ=_templ.go)),$(TEMPL:.templ=_templ.go))
WEB     := $(shell find web/styles web/islands web/images web/build -type f)
VERSION := $(shell git describe --always --tags --dirty 2>/dev/null || echo unknown)

.PHONY: setup help run build generate test lint fuzz audit clean screens interop dist force

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile | expand -t 18

run: build $(DATA) ## build, make a demo city in ./data once, serve on 127.0.0.1:8080 (PORT=, DATA=, PACK=)
	bin/banyan serve --data $(DATA) --addr 127.0.0.1:$(PORT)

build: generate ## build bin/banyan, one static program
	go build -trimpath -buildvcs=false -ldflags '-s -w -X main.version=$(VERSION)' -o bin/banyan ./cmd/banyan

generate: $(STAMPS)/templ web/dist/manifest.json ## make the pages' Go code and bundle styles and scripts, when they changed

test: setup build $(STAMPS)/browser ## test everything: Go on SQLite and PostgreSQL, packs, docs, browser
	test/run.sh

lint: generate ## formatting and go vet
	test/format.sh
	go vet ./...

interop: build ## run foreign clients from folders given by variables; test/interop says which
	test/interop/run.sh

screens: setup build $(STAMPS)/browser ## photograph the main pages into test/browser/out
	node test/browser/screens.mjs

dist: generate ## one static program for each platform with all it needs, in dist/
	deploy/dist.sh $(VERSION)

fuzz: generate ## give every parser of outside input a minute of odd input (FUZZTIME=)
	test/fuzz.sh

audit: generate ## look for known holes in what is used: Go modules, npm packages
	test/audit.sh

setup:
	@test/setup.sh

clean: ## remove what was made; ./data stays
	rm -rf bin dist web/node_modules test/browser/node_modules test/browser/out
	find web/dist -mindepth 1 ! -name .keep -delete
	find internal web -name '*_templ.go' -delete

# A demo city comes into being whole or not at all.
$(DATA): | build
	rm -rf $(DATA).new
	bin/banyan init --data $(DATA).new --pack $(PACK) --demo
	mv $(DATA).new $(DATA)

$(STAMPS)/templ: $(TEMPL) go.mod $(if $(UNMADE),force)
	go tool templ generate
	@mkdir -p $(@D) && touch $@

$(STAMPS)/web: web/package-lock.json
	cd web && $(NPM)
	@mkdir -p $(@D) && touch $@

$(STAMPS)/browser: test/browser/package-lock.json
	cd test/browser && $(NPM)
	@mkdir -p $(@D) && touch $@

web/dist/manifest.json: $(WEB) go.mod $(STAMPS)/web
	go run ./web/build

force:
