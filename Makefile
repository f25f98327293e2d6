# Every target first makes .venv when it is missing or stale; see tools/bootstrap.sh.
.PHONY: run test test-slow lint bench docs pin
.DEFAULT_GOAL := run
BIN := .venv/bin

run: ## the whole platform on this machine, until Ctrl-C
	@tools/bootstrap.sh run && exec $(BIN)/sluis-demo run $(ARGS)
test: ## lint, types and every test that is not slow; the tests run also when lint fails
	@tools/bootstrap.sh dev || exit 1; lint=0; tools/lint.sh || lint=1; \
	$(BIN)/pytest -m "not slow" -n 2 --dist loadgroup --durations=20 $(ARGS) || exit 1; \
	[ $$lint -eq 0 ] || { echo 'sluis: the tests pass, lint does not: see above' >&2; exit 1; }
test-slow: ## the long tests
	@tools/bootstrap.sh dev && { $(BIN)/pytest -m slow --durations=20 $(ARGS) || [ $$? -eq 5 ]; } # 5: none yet
lint: ## ruff, contracts, types, templates
	@tools/bootstrap.sh dev && tools/lint.sh
bench: ## benchmarks that print ratios; never in CI
	@tools/bootstrap.sh dev && for b in benchmarks/bench_*.py; do [ ! -f $$b ] || $(BIN)/python $$b $(ARGS) || exit 1; done
docs: ## renew the made parts of the reference, then check links, settings and commands
	@tools/bootstrap.sh dev && $(BIN)/python tools/reference.py && $(BIN)/python tools/performance.py && $(BIN)/pytest -q tests/architecture/test_docs.py $(ARGS)
pin: ## renew the pins in requirements/
	@tools/bootstrap.sh dev && tools/pin.sh $(ARGS)
