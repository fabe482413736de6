"""Runs the `rasa test` stories and fails when one of them does (`python -m tests.conversations`).

Rasa's own switch to fail on errors raises before the reports are written, so they are read here.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

ROOT = Path(__file__).resolve().parent.parent.parent
STORIES = Path(__file__).parent
MODEL = ROOT / "models" / "zhitou.tar.gz"
RESULTS = ROOT / "results" / "conversations"
LEAST_STORIES = 80


def main() -> int:
    """Test all stories at once and count the failures."""
    from rasa.model_testing import test_core

    RESULTS.mkdir(parents=True, exist_ok=True)
    asyncio.run(
        test_core(
            model=str(MODEL),
            stories=str(STORIES),
            output=str(RESULTS),
            additional_arguments={"disable_plotting": True},
            use_conversation_test_files=True,
        )
    )
    report = json.loads((RESULTS / "story_report.json").read_text(encoding="utf-8"))
    counts = report["conversation_accuracy"]
    failed = counts["total"] - counts["correct"]
    print(f"{counts['correct']} passed, {failed} failed")
    if failed:
        print((RESULTS / "failed_test_stories.yml").read_text(encoding="utf-8"), file=sys.stderr)
    if counts["total"] < LEAST_STORIES:
        print(f"only {counts['total']} stories were found", file=sys.stderr)
        return 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
