"""The `tieout` command: what can be typed, and how it ends. Errors for people are sentences and exit status 1.

Not here: doing any of it (`pipelines.console`). Everything heavy is imported inside the commands, so that
`tieout --help` answers at once.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from pipelines.errors import TieoutError


class _SentenceGroup(TyperGroup):
    """Prints a `TieoutError` as its text alone; anything else is our mistake and keeps its traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except TieoutError as error:
            from pipelines.console.terminal import harmless

            typer.echo(harmless(str(error)), err=True)
            raise typer.Exit(1) from error


class Format(StrEnum):
    """How `tieout query` writes its result."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


app = typer.Typer(
    name="tieout",
    cls=_SentenceGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help=(
        "Every branch's records, whatever their form, in one audited warehouse each night.\n\n"
        "Commands work on the workspace that TIEOUT_WORKSPACE names; without it, on this repository's sample group."
    ),
    epilog="Start with `tieout init FOLDER`, or run the sample group with `tieout run`.",
)
quarantine_app = typer.Typer(no_args_is_help=True, help="Rows that were refused: which, why, and what to do.")
app.add_typer(quarantine_app, name="quarantine")
repair_app = typer.Typer(no_args_is_help=True, help="Corrections of refused rows: what waits, who approves.")
app.add_typer(repair_app, name="repair")
accounts_app = typer.Typer(no_args_is_help=True, help="Branch accounts onto the group's: what is open, and decisions.")
app.add_typer(accounts_app, name="accounts")
breaks_app = typer.Typer(no_args_is_help=True, help="Where business and finance differ: the work list, and decisions.")
app.add_typer(breaks_app, name="breaks")
parties_app = typer.Typer(no_args_is_help=True, help="Companies and products that several branches list: who is who.")
app.add_typer(parties_app, name="parties")


@app.command()
def run(
    date: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day the night is for. Default: today in the group's time zone."),
    ] = None,
) -> None:
    """Run the night: take in what arrived, build, audit, publish.

    Exit status 0: a version was published, or the published one is current because nothing was new. 1: it was not.
    """
    from pipelines.console.running import run_night

    raise typer.Exit(run_night(date.date() if date else None))


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help='For example: "select * from performance.kpi_monthly"')],
    form: Annotated[
        Format, typer.Option("--format", help="csv and json go to standard output unless --output is given.")
    ] = Format.TABLE,
    output: Annotated[Path | None, typer.Option(help="Write to this file (needed for parquet).")] = None,
) -> None:
    """Ask the published warehouse, read-only; it never waits for a running night.

    In CSV, text that a spreadsheet would take for a formula gets a leading apostrophe. In JSON, money is text.
    """
    from pipelines.console.querying import run_query

    run_query(sql, form.value, output)


@app.command()
def check() -> None:
    """Check contracts, branch folders and reference tables; every mistake with its file, line and fix."""
    from pipelines.console.checking import run_check

    raise typer.Exit(run_check())


@app.command()
def draft(
    branch: Annotated[str, typer.Argument(help="The new branch's id: letters, digits, _.")],
    file: Annotated[Path, typer.Argument(help="A file that the branch sends.")],
    dataset: Annotated[str | None, typer.Option(help="What it holds, for example gl_entry. Default: guessed.")] = None,
) -> None:
    """Draft a branch's defs.yaml from one of its files; every guess in it is marked for you to check."""
    from pipelines.console.drafting import run_draft

    run_draft(branch, file, dataset)


@app.command(name="try")
def try_file(
    branch: Annotated[str, typer.Argument(help="The branch's id.")],
    file: Annotated[Path, typer.Argument(help="Any file; it need not lie in landing.")],
    as_path: Annotated[
        str | None, typer.Option("--as", help="Its path below landing/BRANCH, where the pattern wants folders.")
    ] = None,
    rows: Annotated[int, typer.Option(min=1, help="How many different values of each field to show.")] = 2,
) -> None:
    """Show what the night would make of a file: read, mapped, refused and why. Touches nothing.

    Exit status 0: all of it would be accepted. 1: not all.
    """
    from pipelines.console.trying import run_try

    raise typer.Exit(run_try(branch, file, as_path, rows))


@app.command()
def withdraw(
    branch: Annotated[str, typer.Argument(help="The branch's id.")],
    file: Annotated[str, typer.Argument(help="The file's path below landing/BRANCH.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the event log.")],
    by: Annotated[str, typer.Option(help="Who decided it; kept in the event log.")],
) -> None:
    """Take a delivered file back out: the next night shows the branch as if it had never come."""
    from pipelines.console.withdrawing import run_withdraw

    run_withdraw(branch, file, reason=reason, by=by)


@app.command()
def close(
    period: Annotated[str, typer.Argument(help="The group's month, such as 2026-03.")],
    by: Annotated[str | None, typer.Option(help="Who closes it; kept in the event log.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Show the checklist, close nothing.")] = False,
) -> None:
    """Close a month: its checklist must be met; what was reported then never changes any more."""
    from pipelines.console.closing import run_close

    raise typer.Exit(run_close(period, by=by, check=check))


@app.command()
def reopen(
    period: Annotated[str, typer.Argument(help="The group's month, such as 2026-03.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the event log.")],
    by: Annotated[str, typer.Option(help="Who asks for it.")],
    approved_by: Annotated[str, typer.Option(help="Who approves it: another person.")],
) -> None:
    """Open the month that was closed last again; what was reported stays on record."""
    from pipelines.console.closing import run_reopen

    run_reopen(period, reason=reason, by=by, approved_by=approved_by)


@app.command()
def certify(
    branch: Annotated[str, typer.Argument(help="The branch's id.")],
    period: Annotated[str, typer.Argument(help="The group's month, such as 2026-03.")],
    by: Annotated[str, typer.Option(help="Who answers for the branch's books.")],
) -> None:
    """Certify a branch's books of a month as the published version holds them."""
    from pipelines.console.closing import run_certify

    run_certify(branch, period, by=by)


@app.command()
def closes() -> None:
    """Every close ever made, and what became of it."""
    from pipelines.console.closing import print_closes

    print_closes()


@app.command()
def meeting(
    period: Annotated[str, typer.Argument(help="The month that is talked about, such as 2026-03.")],
    export: Annotated[Path | None, typer.Option(help="Write the meeting pack into this workbook.")] = None,
    take_in: Annotated[
        Path | None, typer.Option("--import", help="Take a filled pack's decisions, minutes and actions in.")
    ] = None,
    by: Annotated[str | None, typer.Option(help="Who brings the minutes.")] = None,
) -> None:
    """What the coordination group talks about: differences, missed targets, what was promised before."""
    from pipelines.console.meeting import export_pack, import_pack, show_agenda

    if export is not None and take_in is not None:
        raise TieoutError("--export writes a pack, --import takes one in. Say one of them.")
    if export is not None:
        export_pack(period, export)
    elif take_in is not None:
        import_pack(period, take_in, by)
    else:
        show_agenda(period)


class Method(StrEnum):
    """How `tieout sample` chooses."""

    MONETARY = "monetary"
    RANDOM = "random"


@app.command()
def sample(  # noqa: PLR0913  each is a separate choice of the auditor's
    population: Annotated[str, typer.Argument(help="sales_invoice, purchase_invoice, payment or journal.")],
    *,
    branch: Annotated[str, typer.Option(help="The branch's id.")],
    period: Annotated[str | None, typer.Option(help="Only this month, such as 2026-03.")] = None,
    size: Annotated[int, typer.Option(help="How many items.")] = 25,
    method: Annotated[Method, typer.Option(help="monetary: large items are the likelier.")] = Method.MONETARY,
    seed: Annotated[int, typer.Option(help="The same seed draws the same items.")] = 1,
    to: Annotated[Path | None, typer.Option(help="The file to write. Default: one in this folder.")] = None,
) -> None:
    """Draw an auditor's sample: a workbook with a sheet of evidence for each item, down to file and row."""
    from pipelines.console.sampling import run_sample
    from pipelines.sampling.drawing import Wanted

    run_sample(population, Wanted(branch, period, size, method.value, seed), to)


@app.command()
def receipt(
    branch: Annotated[str, typer.Argument(help="The branch's id.")],
    night: Annotated[
        str | None, typer.Option(help="A night such as 2026-04-10.1. Default: the last with a delivery.")
    ] = None,
) -> None:
    """What became of everything that a branch delivered in a night, in its language: rows, sums, refusals."""
    from pipelines.console.receipt import print_receipt

    print_receipt(branch, night)


@app.command()
def notify(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the messages, send nothing.")] = False,
) -> None:
    """Send the messages that could not be sent yet; nights try them again by themselves."""
    from pipelines.console.notify import run_notify

    raise typer.Exit(run_notify(dry_run=dry_run))


@app.command()
def drift(
    branch: Annotated[str | None, typer.Argument(help="The branch's id. Default: all branches.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every delivery, not only the latest of each dataset.")] = False,
    kept: Annotated[
        str | None, typer.Option(help="A file of the branch: write the text of its unmapped columns as CSV.")
    ] = None,
) -> None:
    """What no longer looks like the delivery before: old, new, and the change of the branch's file that reads it."""
    from pipelines.console.drift import list_drift, print_kept

    if kept is None:
        list_drift(branch, every=every)
    elif branch is None:
        raise TieoutError("--kept needs the branch that the file is of: tieout drift BRANCH --kept FILE.")
    else:
        print_kept(branch, kept)


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="An empty or new folder.")]) -> None:
    """Make a workspace for a group of your own."""
    from pipelines.console.initializing import run_init

    run_init(folder)


_Branch = Annotated[str | None, typer.Option(help="Only this branch.")]
_Dataset = Annotated[str | None, typer.Option(help="Only this dataset.")]


@quarantine_app.command("list")
def quarantine_list(
    branch: _Branch = None,
    dataset: _Dataset = None,
    reason: Annotated[str | None, typer.Option(help="Only this reason, for example not_a_number.")] = None,
) -> None:
    """Refused rows, one line each; counted by branch, dataset and reason where they are many."""
    from pipelines.console.quarantine import list_rows

    list_rows(branch, dataset, reason)


@quarantine_app.command("show")
def quarantine_show(
    branch: Annotated[str, typer.Argument(help="The branch's id.")],
    file: Annotated[str, typer.Argument(help="The file's path below landing/BRANCH.")],
    row: Annotated[int | None, typer.Argument(help="The row in that file; without it, all its refused rows.")] = None,
) -> None:
    """The row as it was sent, every reason it was refused for, and what to do."""
    from pipelines.console.quarantine import show_rows

    show_rows(branch, file, row)


@quarantine_app.command("export")
def quarantine_export(
    branch: _Branch = None,
    to: Annotated[Path, typer.Option(help="The folder to write into.")] = Path(),
) -> None:
    """One workbook a branch: its refused rows as sent, beside each cell one to correct. Put it into landing/BRANCH."""
    from pipelines.console.repairs import export

    export(branch, to)


_Repairs = Annotated[list[str], typer.Argument(help="Repairs such as R12, as `tieout repair list` names them.")]
_By = Annotated[str, typer.Option(help="Who decides; kept in the event log.")]


@repair_app.command("list")
def repair_list(
    branch: _Branch = None,
    everything: Annotated[bool, typer.Option("--all", help="Also those that are settled.")] = False,
) -> None:
    """Repairs that wait for somebody: a checker, the next night, or the branch's own books."""
    from pipelines.console.repairs import list_repairs

    list_repairs(branch, everything=everything)


@repair_app.command("show")
def repair_show(repair: Annotated[str, typer.Argument(help="A repair such as R12.")]) -> None:
    """One repair in full, and the history of its row."""
    from pipelines.console.repairs import show_repair

    show_repair(repair)


@repair_app.command("approve")
def repair_approve(repairs: _Repairs, by: _By) -> None:
    """Approve repairs that somebody else made: the next night takes their rows in."""
    from pipelines.console.repairs import approve_repairs

    approve_repairs(repairs, by=by)


@repair_app.command("reject")
def repair_reject(
    repairs: _Repairs, by: _By, reason: Annotated[str, typer.Option(help="Why; its maker reads it.")]
) -> None:
    """Turn repairs down; one that was approved is taken back."""
    from pipelines.console.repairs import reject_repairs

    reject_repairs(repairs, by=by, reason=reason)


_Products = Annotated[bool, typer.Option("--products", help="Products instead of customers and suppliers.")]
_One = Annotated[str, typer.Argument(help="A record: BRANCH/customer/NUMBER, BRANCH/supplier/…, BRANCH/product/….")]
_Why = Annotated[str, typer.Option("--reason", help="Why; kept beside the decision.")]


@parties_app.command("list")
def parties_list(branch: _Branch = None, products: _Products = False) -> None:
    """Companies (or products) that are several records, the most widespread first."""
    from pipelines.console.parties import list_golden

    list_golden("product" if products else "party", branch)


@parties_app.command("show")
def parties_show(
    named: Annotated[str, typer.Argument(metavar="ID", help="An id such as P000001, or a record of a branch.")],
) -> None:
    """One company or product: every record of it, the rule that brought it there, the values that lost."""
    from pipelines.console.parties import show_golden

    show_golden(named)


@parties_app.command("suggest")
def parties_suggest(products: _Products = False) -> None:
    """Pairs that may be the same and wait for somebody, the surest first."""
    from pipelines.console.parties import suggest

    suggest("product" if products else "party")


@parties_app.command("same")
def parties_same(one: _One, other: _One, reason: _Why, by: _By) -> None:
    """Propose that two records are the same; a second person approves it."""
    from pipelines.console.parties import decide

    decide(one, other, "same", reason=reason, by=by)


@parties_app.command("different")
def parties_different(one: _One, other: _One, reason: _Why, by: _By) -> None:
    """Propose that two records are not the same, whatever the rules say; a second person approves it."""
    from pipelines.console.parties import decide

    decide(one, other, "different", reason=reason, by=by)


@parties_app.command("waiting")
def parties_waiting() -> None:
    """Decisions that wait for a second person."""
    from pipelines.console.parties import list_waiting

    list_waiting()


@parties_app.command("approve")
def parties_approve(one: _One, other: _One, by: _By) -> None:
    """Approve what somebody else proposed: from the next night on it wins over every rule."""
    from pipelines.console.parties import approve_decision

    approve_decision(one, other, by=by)


@accounts_app.command("list")
def accounts_list(branch: _Branch = None) -> None:
    """Accounts that are unmapped or look wrongly mapped, each with a suggestion, its score and why."""
    from pipelines.console.accounts import list_accounts

    list_accounts(branch)


@accounts_app.command("export")
def accounts_export(
    branch: _Branch = None,
    to: Annotated[Path | None, typer.Option(help="The file to write. Default: one in this folder.")] = None,
) -> None:
    """Write them as a workbook to decide in, with the rules that wait for a second person."""
    from pipelines.console.accounts import export_accounts

    export_accounts(branch, to)


@accounts_app.command("import")
def accounts_import(file: Annotated[Path, typer.Argument(help="The workbook that came back.")], by: _By) -> None:
    """Take a workbook's decisions into the account map: all of them, or none and every mistake in a sentence."""
    from pipelines.console.accounts import import_accounts

    import_accounts(file, by)


@accounts_app.command("start")
def accounts_start(
    chart: Annotated[str, typer.Argument(help="skr03, skr04, pcg, ns4102, bas, asbe, us or uk.")],
    branch: Annotated[str, typer.Option(help="The branch's id.")],
    by: Annotated[str, typer.Option(help="Who proposes it; a second person has to approve.")],
) -> None:
    """Propose a national chart's ranges as a branch's first map; nothing is applied until somebody else approves."""
    from pipelines.console.accounts import start_accounts

    start_accounts(chart, branch, by)


_Breaks = Annotated[list[str], typer.Argument(help="Breaks, as `tieout breaks list` names them.")]
_Reason = Annotated[str, typer.Option(help="Why; stays on record.")]
_Until = Annotated[dt.datetime, typer.Option(formats=["%Y-%m-%d"], help="The last day on which it holds.")]
_Cause = Annotated[str | None, typer.Option(help="The right cause, where the one found is wrong.")]
_Recon = Annotated[str | None, typer.Option(help="Only this reconciliation, for example payment_bank.")]
_Owner = Annotated[str | None, typer.Option(help="Only what this department owns.")]
_Month = Annotated[str | None, typer.Option(help="Only this month, such as 2026-03.")]


class Shown(StrEnum):
    """Which breaks `tieout breaks list` shows."""

    UNDECIDED = "undecided"
    WAITING = "waiting"
    ALL = "all"


@breaks_app.command("list")
def breaks_list(
    branch: _Branch = None,
    recon: _Recon = None,
    owner: _Owner = None,
    period: _Month = None,
    show: Annotated[Shown, typer.Option(help="waiting: decided, and a second person has to approve it.")] = (
        Shown.UNDECIDED
    ),
) -> None:
    """Differences that ask for a decision, the largest first, with their cause and owner."""
    from pipelines.console.breaks import list_breaks
    from pipelines.reconciling.published import Wanted

    list_breaks(Wanted(branch, recon, owner, period), show.value)


@breaks_app.command("show")
def breaks_show(break_id: Annotated[str, typer.Argument(help="A break, or the beginning of its name.")]) -> None:
    """One break in full: both sides record by record, what was decided, and its history."""
    from pipelines.console.breaks import show_break

    show_break(break_id)


@breaks_app.command("explain")
def breaks_explain(breaks: _Breaks, reason: _Reason, by: _By, cause: _Cause = None) -> None:
    """Say what a difference is; nothing has to be booked."""
    from pipelines.console.breaks import Asked, decide_breaks

    decide_breaks(Asked("explain", breaks, reason, by, cause=cause))


@breaks_app.command("accept")
def breaks_accept(
    breaks: _Breaks,
    reason: _Reason,
    by: _By,
    until: _Until,
    approved_by: Annotated[str | None, typer.Option(help="Another person; without it the decision waits.")] = None,
) -> None:
    """Carry a difference as it is until a day. Counts once a second person has approved it."""
    from pipelines.console.breaks import Asked, decide_breaks

    decide_breaks(Asked("accept", breaks, reason, by, until=until.date(), approved_by=approved_by))


@breaks_app.command("correct")
def breaks_correct(breaks: _Breaks, reason: _Reason, by: _By, until: _Until) -> None:
    """Ask the branch to book a correction until a day."""
    from pipelines.console.breaks import Asked, decide_breaks

    decide_breaks(Asked("correct", breaks, reason, by, until=until.date()))


@breaks_app.command("dispute")
def breaks_dispute(breaks: _Breaks, reason: _Reason, by: _By) -> None:
    """Say that the two sides do not agree: it goes to the meeting."""
    from pipelines.console.breaks import Asked, decide_breaks

    decide_breaks(Asked("dispute", breaks, reason, by))


@breaks_app.command("open")
def breaks_open(breaks: _Breaks, reason: _Reason, by: _By) -> None:
    """Take an earlier decision back."""
    from pipelines.console.breaks import Asked, decide_breaks

    decide_breaks(Asked("open", breaks, reason, by))


@breaks_app.command("approve")
def breaks_approve(decision: Annotated[str, typer.Argument(help="A decision such as D12.")], by: _By) -> None:
    """Approve a decision of somebody else."""
    from pipelines.console.breaks import approve_decision

    approve_decision(decision, by=by)


@breaks_app.command("assign")
def breaks_assign(
    breaks: _Breaks,
    to: Annotated[str, typer.Option(help="The department that owns them from now on.")],
    reason: _Reason,
    by: _By,
    person: Annotated[str, typer.Option(help="The person in it.")] = "",
) -> None:
    """Give breaks to another department."""
    from pipelines.console.breaks import assign_breaks

    assign_breaks(breaks, to=to, person=person, by=by, reason=reason)


@breaks_app.command("suggestions")
def breaks_suggestions(branch: _Branch = None, recon: _Recon = None) -> None:
    """Records that look like the same thing: matches for a person to confirm or reject."""
    from pipelines.console.breaks import list_suggestions

    list_suggestions(branch, recon)


@breaks_app.command("confirm")
def breaks_confirm(match: Annotated[str, typer.Argument(help="A suggested match.")], by: _By) -> None:
    """Confirm a suggested match: the next nights take its records for one."""
    from pipelines.console.breaks import decide_suggestion

    decide_suggestion(match, "confirm", by=by, reason="")


@breaks_app.command("reject")
def breaks_reject(match: Annotated[str, typer.Argument(help="A suggested match.")], reason: _Reason, by: _By) -> None:
    """Reject a suggested match: it is never suggested again."""
    from pipelines.console.breaks import decide_suggestion

    decide_suggestion(match, "reject", by=by, reason=reason)


@breaks_app.command("export")
def breaks_export(
    branch: _Branch = None,
    recon: _Recon = None,
    owner: _Owner = None,
    to: Annotated[Path | None, typer.Option(help="The file to write. Default: one in this folder.")] = None,
) -> None:
    """Write the work list as a workbook to decide in."""
    from pipelines.console.breaks import export_breaks
    from pipelines.reconciling.published import Wanted

    export_breaks(Wanted(branch, recon, owner), to)


@breaks_app.command("import")
def breaks_import(file: Annotated[Path, typer.Argument(help="The workbook that came back.")], by: _By) -> None:
    """Take a workbook's decisions: all of them, or none and every mistake in a sentence."""
    from pipelines.console.breaks import import_breaks

    import_breaks(file, by)
