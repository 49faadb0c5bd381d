# Every errand has one door. `make` alone lists them.
PORT ?= 8000
PYTHON := .venv/bin/python
export PORT

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test check bench renders crowd workers writing faults mutate races sample-logs pictures requirements

help: ## List what can be made
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 16

demo: ## Try it: install, make a site with people, serve it (PORT=8000)
	@tools/set-up.sh run
	@COUNTERSIGN_SITE_URL=http://localhost:$(PORT) $(PYTHON) manage.py demo
	@COUNTERSIGN_SITE_URL=http://localhost:$(PORT) exec $(PYTHON) manage.py serve --port $(PORT)

demo-reset: ## Throw the demonstration's data away
	rm -rf var

test: ## Run every test this machine can run
	@tools/set-up.sh test
	$(PYTHON) -m pytest -n 2 --dist loadfile --ignore tests/browser
	$(PYTHON) -m pytest -n 2 tests/browser

check: ## Lint, types, imports, dependencies, migrations, deployment
	@tools/set-up.sh test
	@tools/check.sh

bench: ## Measure queries, CPU and bytes of pages, and CPU and memory of PDFs
	@tools/set-up.sh test
	@failed=0; for part in bench bench.click bench.workers "bench.crowd 20"; do $(PYTHON) -m $$part || failed=1; done; exit $$failed

renders: ## Make N PDFs, and kill a worker every ten (N=500; DATABASE=postgres or sqlite)
	@tools/set-up.sh test
	$(PYTHON) -m bench.renders $(or $(N),500) $(DATABASE)

crowd: ## Let a manager collect N logs while learners ask for their own (N=200; DATABASE=postgres or sqlite)
	@tools/set-up.sh test
	$(PYTHON) -m bench.crowd $(or $(N),200) $(DATABASE)

workers: ## Measure two workers beside one, and the memory of one after N logs (N=500)
	@tools/set-up.sh test
	$(PYTHON) -m bench.workers 20 $(or $(N),500)

writing: ## Kill tabs, servers, networks and sessions while somebody writes, N times (N=200, ten minutes)
	@tools/set-up.sh test
	$(PYTHON) -m bench.writing $(or $(N),200)

faults: ## Kill web, worker, Redis and PostgreSQL, N times in a day of 40 × N acts (N=20; DATABASE=postgres or sqlite; SEED=1)
	@tools/set-up.sh test
	$(PYTHON) -m bench.faults $(or $(N),20) $(DATABASE)

races: ## Let two people decide on one outcome at the same moment, N times (N=200)
	@tools/set-up.sh test
	$(PYTHON) -m bench.races $(or $(N),200)

mutate: ## Change one thing in a copied ledger, N times, and see that each is found (N=1000)
	@tools/set-up.sh test
	$(PYTHON) -m bench.mutate $(or $(N),1000)

sample-logs: ## Write some fifty sample progress logs as PDFs, the record beside each (DIR=folder)
	@tools/set-up.sh test
	DJANGO_SETTINGS_MODULE=cms.settings $(PYTHON) -m bench.sample_logs $(DIR)

pictures: ## Draw the pages of the demonstration's progress log that the documents show
	@tools/set-up.sh test
	$(PYTHON) -m bench.pictures

requirements: ## Lock the dependencies again
	@tools/lock.sh
