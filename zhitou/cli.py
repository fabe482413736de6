"""``zhitou …``: one command line; each command's module is imported only when it runs."""

from __future__ import annotations

import importlib
import sys

import click

_COMMANDS = {
    "run": ("zhitou.run", "start everything in the foreground"),
    "serve": ("zhitou.backends.server", "start the backends and the web pages"),
    "database": ("zhitou.backends.commands", "create, upgrade and seed the database"),
    "train": ("zhitou.nlu.train", "train the dialogue model where its data has changed"),
    "parse": ("zhitou.nlu.parse", "print what the trained model understands"),
    "suitability": ("zhitou.wealth.commands.suitability", "decide whether a product suits a level"),
    "allocate": ("zhitou.wealth.commands.allocate", "weigh the columns of a table of prices"),
    "nav": ("zhitou.wealth.commands.nav", "analyse a series of net asset values"),
    "guard": ("zhitou.guard.commands", "check outgoing texts, scan incoming ones"),
    "e2e": ("zhitou.conversation.e2e", "hold whole-system dialogues against the live stack"),
}
"""Command name → (module with a click command ``command``, one line of help)."""


class _LazyGroup(click.Group):
    """A click group that reads names and help from a table and imports late."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(_COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="zhitou")
def main() -> None:
    """知投 Zhitou: a wealth-advisory assistant for banks and fund distributors."""


if __name__ == "__main__":
    sys.exit(main())
