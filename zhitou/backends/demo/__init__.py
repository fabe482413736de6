"""Made-up demo data: deterministic, relative to today, and marked as made up wherever it shows."""
