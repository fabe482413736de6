"""Make ``pkuseg.npz``: the default model of pkuseg, cut down to the features that decide most.

The full model (2.6 million features, 816 MB in memory) exists only inside the source archive of
the package ``pkuseg`` 0.0.25, which does not build on Python 3.10 but can be downloaded by name:

    pip download pkuseg==0.0.25 --no-deps --no-binary :all: --no-build-isolation -d sdist
    python -m zhitou.nlu.segmentation.prune sdist/pkuseg-0.0.25.tar.gz

(pip ends with an error after the download when it tries to build; the archive is there.)
Add ``--compare FILE`` (a sentence a line) to print how far words agree with the full model.
The model is under the MIT licence, see ``LICENSE.pkuseg``.
"""

from __future__ import annotations

import pickle
import tarfile
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
import numpy as np

from zhitou.nlu.segmentation.segmenter import MODEL_FILE, Segmenter, Weights

ARCHIVE_FOLDER = "pkuseg-0.0.25/pkuseg/models/default"
FEATURES = 200_000
"""How many features are kept: on customers' messages 98.6 % of the words stay as they are."""

_ALWAYS = "$$"
"""The bias feature, whose position pkuseg's code takes for granted: the first."""


def read_archive(archive: Path) -> Weights:
    """The full model inside the source archive of pkuseg.

    Raises:
        KeyError: the archive holds no default model.
    """
    with tempfile.TemporaryDirectory() as folder, tarfile.open(archive) as tar:
        for name in ("features.pkl", "weights.npz"):
            member = tar.getmember(f"{ARCHIVE_FOLDER}/{name}")
            member.name = name
            tar.extract(member, folder)
        features = pickle.loads(Path(folder, "features.pkl").read_bytes())  # noqa: S301
        with np.load(Path(folder, "weights.npz")) as stored:
            flat = stored["w"]
    tags = sorted(features["tag_to_idx"], key=features["tag_to_idx"].__getitem__)
    names = sorted(features["feature_to_idx"], key=features["feature_to_idx"].__getitem__)
    nodes = len(names) * len(tags)
    return Weights(
        features=names,
        words=sorted(features["unigram"]),
        tags=tags,
        node=flat[:nodes].reshape(len(names), len(tags)),
        edge=flat[nodes:],
    )


def prune(full: Weights, keep: int = FEATURES) -> Weights:
    """Keep the ``keep`` features whose largest absolute weight over the tags is largest.

    Words that no kept feature names can no longer change a decision, so they go too.
    """
    strength = np.abs(full.node).max(axis=1)
    strength[full.features.index(_ALWAYS)] = np.inf
    kept = np.sort(np.argsort(-strength, kind="stable")[:keep])
    names = [full.features[i] for i in kept]
    return Weights(
        features=names,
        words=sorted(set(full.words) & _words_named(names)),
        tags=full.tags,
        node=full.node[kept],
        edge=full.edge,
    )


def _words_named(names: Iterable[str]) -> set[str]:
    words: set[str] = set()
    for name in names:
        kind, _, rest = name.partition(".")
        if kind == "ww":
            words.update(rest.partition(".")[2].split("*"))
        elif kind in {"w1", "w-1"}:
            words.add(rest)
    return words


def agreement(
    reference: Sequence[Sequence[tuple[int, int]]], other: Sequence[Sequence[tuple[int, int]]]
) -> float:
    """F1 of the words of ``other`` against those of ``reference``, as spans per sentence."""
    same = sum(len(set(a) & set(b)) for a, b in zip(reference, other, strict=True))
    total = sum(map(len, reference)) + sum(map(len, other))
    return 2 * same / total if total else 1.0


@click.command()
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--keep", default=FEATURES, show_default=True, help="features to keep")
@click.option("--output", type=click.Path(path_type=Path), default=MODEL_FILE, show_default=True)
@click.option("--compare", type=click.File(encoding="utf-8"), help="sentences to compare on")
def main(archive: Path, keep: int, output: Path, compare: Iterable[str] | None) -> None:
    """Prune the model in ARCHIVE (pkuseg-0.0.25.tar.gz)."""
    full = read_archive(archive)
    pruned = prune(full, keep)
    pruned.save(output)
    click.echo(
        f"{output}: {len(pruned.features)} of {len(full.features)} features, "
        f"{len(pruned.words)} of {len(full.words)} words, {output.stat().st_size / 1e6:.1f} MB"
    )
    if compare is not None:
        sentences = [line.strip() for line in compare if line.strip()]
        reference, other = Segmenter(full), Segmenter(pruned)
        score = agreement(
            [reference.model_spans(s) for s in sentences], [other.model_spans(s) for s in sentences]
        )
        click.echo(f"{len(sentences)} sentences: F1 {score:.4f} against the full model")


if __name__ == "__main__":
    main()
