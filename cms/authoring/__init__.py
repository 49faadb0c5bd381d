"""What authors find in Wagtail's admin beside their pages: frameworks, checks, coverage, and how questions do."""
