"""`tieout try`: what the night would make of one file, printed for people; nothing of the workspace is touched.

Not here: the dry run itself (dry_run), the words of the report (trial_report), why no pattern matches (unmatched).
"""

from __future__ import annotations

from pathlib import Path

from pipelines.branches import load_branch
from pipelines.branches.config import BranchConfig
from pipelines.console.dry_run import dry_run
from pipelines.console.known import BRANCH_FILE, branch_ids, require
from pipelines.console.terminal import err, out
from pipelines.console.trial_report import all_accepted, report
from pipelines.console.unmatched import why_no_pattern_matches
from pipelines.contracts.loading import load_contracts
from pipelines.errors import ConfigError, TieoutError
from pipelines.lake.places import Lake
from pipelines.settings import Workspace


def run_try(branch_id: str, file: Path, as_path: str | None, rows: int) -> int:
    """Print the dry run of `file`; 0 where everything would be accepted, else 1.

    `as_path`: its path below the branch's landing folder, where the pattern wants folders. Raises `TieoutError` where
    there is no such branch or file.
    """
    workspace = Workspace.load()
    branch = _branch(workspace, branch_id)
    if branch is None:
        return 1
    if not file.is_file():
        raise TieoutError(f"{file}: there is no such file. Name a file on this machine; it need not lie in landing.")
    path = as_path or _path_below_landing(workspace, branch_id, file)
    lake = Lake.of(workspace)
    trial = dry_run(branch, file, path, lake, rows)
    screen = out()
    unmatched = why_no_pattern_matches(branch, [one.file.path for one in trial.files], file)
    for one in (*unmatched, *report(trial, branch, workspace)):
        screen.print(one, soft_wrap=isinstance(one, str))
    return 0 if all_accepted(trial) else 1


def _branch(workspace: Workspace, branch_id: str) -> BranchConfig | None:
    """The branch, or None after all mistakes of its folder were printed."""
    require("branch", branch_id, branch_ids(workspace))
    contracts = load_contracts(workspace.contracts_dir)
    try:
        return load_branch(workspace.branches_dir / branch_id / BRANCH_FILE, contracts, workspace.profiles_dir)
    except ConfigError as error:
        for mistake in error.mistakes:
            err().print(mistake, markup=False, soft_wrap=True)
        several = "s" * (len(error.mistakes) > 1)
        err().print(f"{len(error.mistakes)} mistake{several}; the file was not read.", style="bold")
        return None


def _path_below_landing(workspace: Workspace, branch_id: str, file: Path) -> str:
    home = (workspace.landing / branch_id).resolve()
    whole = file.resolve()
    return whole.relative_to(home).as_posix() if whole.is_relative_to(home) else file.name
