"""`tieout check`: contracts, branch folders and reference tables; all mistakes at once.

Not here: the rules themselves (`pipelines.contracts`, `pipelines.branches`, `pipelines.console.reference`).
"""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.branches import load_branch
from pipelines.console.reference import reference_mistakes
from pipelines.console.terminal import err, out
from pipelines.contracts.loading import load_contracts
from pipelines.contracts.model import Contract
from pipelines.errors import ConfigError, TieoutError
from pipelines.settings import Workspace

BRANCH_FILE = "defs.yaml"


def run_check() -> int:
    """Print every mistake as `file:line: …` and return 1, or what was found in order and return 0."""
    workspace = Workspace.load()
    mistakes: list[str] = []
    contracts: Mapping[str, Contract] = {}
    try:
        contracts = load_contracts(workspace.contracts_dir)
    except TieoutError as error:
        mistakes += _sentences(error)
    branches, wrong = _branches(workspace, contracts) if contracts else (set(), [])
    mistakes += wrong
    mistakes += reference_mistakes(workspace.seeds_dir, branches if contracts and not wrong else None)
    for mistake in mistakes:
        err().print(mistake, markup=False, soft_wrap=True)
    if mistakes:
        err().print(f"{len(mistakes)} mistake{'s' * (len(mistakes) > 1)}.", style="bold")
        return 1
    out().print(
        f"In order: {len(contracts)} contracts, {len(branches)} branch folder{'s' * (len(branches) != 1)},"
        f" the reference tables in {workspace.seeds_dir}.",
        soft_wrap=True,
    )
    return 0


def _branches(workspace: Workspace, contracts: Mapping[str, Contract]) -> tuple[set[str], list[str]]:
    files = sorted(workspace.branches_dir.glob(f"*/{BRANCH_FILE}"))
    if not files:
        return set(), [f"{workspace.branches_dir}: no branch folder is here. Make one: `tieout draft BRANCH FILE`."]
    found: set[str] = set()
    mistakes: list[str] = []
    for file in files:
        try:
            found.add(load_branch(file, dict(contracts), workspace.profiles_dir).branch_id)
        except TieoutError as error:
            mistakes += _sentences(error)
    return found, mistakes


def _sentences(error: TieoutError) -> list[str]:
    return list(error.mistakes) if isinstance(error, ConfigError) else str(error).splitlines()
