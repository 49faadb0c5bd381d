"""What every test stands on: a migrated database, and the cast."""

pytest_plugins = ["tests.database", "tests.cast", "tests.browser_count"]
