"""Loads contracts from a folder of YAML. Every mistake is named with file, line and fix; equal content is read once.

Not here: what the YAML says (reading), and whether a contract may change (compatibility).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from pipelines.contracts.expressions import nearest
from pipelines.contracts.model import Contract
from pipelines.contracts.reading import SUFFIX, read_contract
from pipelines.contracts.strict_yaml import parse_yaml
from pipelines.errors import ContractError

DOMAINS = "domains"  # the folder of closed lists, beside the contracts

_Texts = tuple[tuple[str, str], ...]  # file and content
_Domains = tuple[tuple[str, tuple[str, ...]], ...]  # hashable, as a cache by content needs it


def load_contracts(directory: Path) -> dict[str, Contract]:
    """All contracts of a folder by dataset, in order of name.

    Raises `ContractError` with every mistake of every file, also where one contract refers to a field of another that
    does not exist.
    """
    files = sorted(directory.glob(f"*{SUFFIX}"))
    if not files:
        raise ContractError(f"{directory}: no contract here; expected files named <dataset>{SUFFIX}. Set the folder.")
    mistakes: list[str] = []
    found: dict[str, Contract] = {}
    for file in files:
        try:
            contract = load_contract(file)
        except ContractError as error:
            mistakes.append(str(error))
        else:
            found[contract.dataset] = contract
    if not mistakes:
        mistakes = [mistake for contract in found.values() for mistake in _dangling(contract, found, directory)]
    if mistakes:
        raise ContractError("\n".join(mistakes))
    return found


def load_contract(path: Path) -> Contract:
    """One contract; the closed lists are read from the folder ``domains`` beside it. Raises `ContractError`."""
    if not path.is_file():
        raise ContractError(f"{path}: there is no such contract. Correct the name or add the file.")
    domains = load_domains(path.parent / DOMAINS)
    return _contract(path.read_text(encoding="utf-8-sig"), str(path), tuple(domains.items()))


def load_domains(directory: Path) -> dict[str, tuple[str, ...]]:
    """Closed lists of values that several contracts share, by name. Raises `ContractError`."""
    texts = tuple((str(file), file.read_text(encoding="utf-8-sig")) for file in sorted(directory.glob("*.yaml")))
    return dict(_domains(texts))


@lru_cache(maxsize=1024)
def _contract(content: str, file: str, domains: _Domains) -> Contract:
    text = parse_yaml(content, file)
    contract = read_contract(text, dict(domains))
    if contract is None:
        raise ContractError("\n".join(text.mistakes))
    return contract


@lru_cache(maxsize=64)
def _domains(texts: _Texts) -> _Domains:
    mistakes: list[str] = []
    found: list[tuple[str, tuple[str, ...]]] = []
    for file, content in texts:
        text = parse_yaml(content, file)
        said = text.data if isinstance(text.data, dict) else {}
        values = said.get("values")
        if set(said) != {"domain", "description", "values"} or not isinstance(values, list):
            text.blame((), f"found {', '.join(map(str, said))}; expected domain, description and values. Correct it.")
        elif said["domain"] != Path(file).stem:
            text.blame(("domain",), f"domain {said['domain']!r} stands in {Path(file).name}. Rename one of them.")
        elif not all(isinstance(value, str) for value in values) or len(set(values)) != len(values):
            text.blame(("values",), "the values are not all text, each once. Put them in quotes, remove repeated ones.")
        else:
            found.append((said["domain"], tuple(values)))
        mistakes += text.mistakes
    if mistakes:
        raise ContractError("\n".join(mistakes))
    return tuple(found)


def _dangling(contract: Contract, contracts: Mapping[str, Contract], directory: Path) -> Iterator[str]:
    file = directory / f"{contract.dataset}{SUFFIX}"
    for reference in contract.references:
        refers = f"{file}: {', '.join(reference.fields)} refers to"
        other = contracts.get(reference.dataset)
        if other is None:
            close = nearest(reference.dataset, dict(contracts))
            yield f"{refers} dataset {reference.dataset!r}, which has no contract. Correct it.{close}"
            continue
        for name in reference.to_fields:
            if name not in other.names:
                yield f"{refers} {other.dataset}.{name}, which is no field. Correct it.{nearest(name, other.names)}"
