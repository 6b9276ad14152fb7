"""`tieout draft`: a first `defs.yaml` out of a file that nobody has described yet.

Not here: the guesses (`pipelines.drafting`). A draft never replaces anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipelines.branches import load_branch
from pipelines.console.known import BRANCH_FILE, require
from pipelines.console.terminal import err, out
from pipelines.contracts.loading import load_contracts
from pipelines.contracts.model import Contract
from pipelines.drafting.looking import Look, look
from pipelines.drafting.matching import best_dataset
from pipelines.drafting.writing import Draft, Home, write_draft
from pipelines.errors import ConfigError, TieoutError
from pipelines.lake.places import folder_name
from pipelines.settings import Workspace


def run_draft(branch_id: str, file: Path, dataset: str | None) -> None:
    """Write the draft into the branch's folder, or print its part for `files` where the branch has a `defs.yaml`.

    Raises `TieoutError` where the file cannot be drafted from, or no dataset suits it.
    """
    workspace = Workspace.load()
    contracts = load_contracts(workspace.contracts_dir)
    require("dataset", dataset, contracts)
    if not file.is_file():
        raise TieoutError(f"{file}: there is no such file. Name a file on this machine.")
    seen = look(file)
    guessed = "" if dataset or seen.profile else _guessed(seen, file, contracts)
    contract = None if seen.profile else contracts[dataset or guessed]
    draft = write_draft(seen, file.name, contract, Home(branch_id, workspace.group_currency, workspace.time_zone))
    target = workspace.branches_dir / folder_name(branch_id) / BRANCH_FILE
    if target.exists():
        err().print(f"{target} is there already and stays as it is. Copy this below its files:", soft_wrap=True)
        out().print(draft.files, soft_wrap=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(draft.text, encoding="utf-8")
    screen = out()
    screen.print(f"Drafted {target}: {_what(file, seen, contract, draft)}", soft_wrap=True)
    if guessed:
        screen.print(f"That it holds {guessed} is a guess; if it is wrong, remove the folder and say --dataset.")
    if draft.open:
        screen.print(f"Required, and not found in the file: {', '.join(draft.open)}. Fill them in.", soft_wrap=True)
    screen.print(f"Check the lines marked `# check`, then: tieout check, tieout try {branch_id} {file}", soft_wrap=True)
    _tell_mistakes(target, contracts, workspace)


def _guessed(seen: Look, file: Path, contracts: Mapping[str, Contract]) -> str:
    found, next_best = best_dataset(seen, file.name, contracts)
    if found is None:
        headers = ", ".join(seen.columns[:20]) or "none"
        raise TieoutError(
            f"{file.name}: its columns ({headers}) read like no dataset. Say which it is, for example --dataset"
            f" {next_best[0]}; there are {', '.join(contracts)}."
        )
    return found


def _what(file: Path, seen: Look, contract: Contract | None, draft: Draft) -> str:
    if contract is None:
        return f"{file.name} comes from a known system, profile {seen.profile}."
    return f"{file.name} as {contract.dataset}, {draft.matched} of {len(seen.columns)} columns recognised."


def _tell_mistakes(target: Path, contracts: Mapping[str, Contract], workspace: Workspace) -> None:
    try:
        load_branch(target, dict(contracts), workspace.profiles_dir)
    except ConfigError as error:
        err().print("What `tieout check` says of it:", style="bold")
        for mistake in error.mistakes:
            err().print(f"  {mistake}", markup=False, soft_wrap=True)
