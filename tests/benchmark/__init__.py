"""How fast, how small, how soon: `python -m tests.benchmark` measures all of it in one run."""
