# The project's commands; each prepares what it needs.
.PHONY: run test train bench lint format lock clean
.DEFAULT_GOAL := run

run: ## install, create the demo data, train if needed, start everything
	@bin/setup run
	@exec .venv/bin/zhitou run

test: ## install, then every check of the project
	@bin/setup test
	@bin/check

train: ## train the dialogue model where its data has changed
	@bin/setup run
	@.venv/bin/zhitou train

bench: ## measure beside stock Rasa, on this machine, in one run
	@bin/setup test
	@.venv/bin/python -m bench

lint: ## format check, lint and types
	@bin/setup test
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy

format: ## format the code and mend what the linter can mend
	@bin/setup test
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

lock: ## resolve the dependencies again, with hashes and without registry addresses
	@bin/lock

clean: ## remove what was made: environment, model, state
	rm -rf .venv .zhitou models results artefacts .rasa
