"""Shares and past use out of `sshare -P`, `sacctmgr -P show assoc` or associations as JSON -> weights and usage.

Slurm divides shares level by level; here a tenant has one weight, its part of the whole tree. The order of a fair
tree, where siblings come before cousins, is not modelled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from allocator.core.model import Tenant
from allocator.formats.kubernetes.shapes import text
from allocator.formats.recorded import counted
from allocator.formats.slurm.json_jobs import objects
from allocator.formats.slurm.tables import Table
from allocator.formats.slurm.values import number
from allocator.formats.sources import TextSource, refusal

_ROOT = "root"
_FINEST = 10_000  # weights in thousandths of a percent stay readable, and their common denominator small
_MOST_SHARES = 2**40


@dataclass
class Tree:
    """A tree of accounts, users at its leaves; 1 share where nothing is said."""

    parent: dict[str, str] = field(default_factory=dict)
    """Of each account but the root."""
    shares: dict[str, int] = field(default_factory=dict)
    users: dict[str, dict[str, int]] = field(default_factory=dict)
    """Of each account the shares of its users."""
    used: dict[str, int] = field(default_factory=dict)
    """Seconds of one cpu (or what the cluster bills), faded as the cluster fades them."""
    used_by: dict[str, int] = field(default_factory=dict)
    """The same of users, in all their accounts."""


@dataclass(frozen=True)
class Shares:
    """Weights and past use by tenant."""

    tenants: tuple[Tenant, ...]
    usage: Mapping[str, Mapping[str, int]]
    """In smallest units of cpu x ms."""
    told: tuple[str, ...]


def read_shares(source: TextSource, word: str) -> Shares:
    """The weights and the past use of accounts, or of users where `word` is "user".

    Raises:
        SnapshotError: A damaged file, or one that says no shares.
    """
    tree = Tree()
    if source.head().lstrip()[:1] in ("{", "["):
        for _, _, item in objects(source):
            if is_share(item):
                add_object(tree, item)
    else:
        add_table(tree, Table(source))
    return shares_of(tree, word, source.name)


def shares_of(tree: Tree, word: str, file: str) -> Shares:
    """What `tree` says of accounts, or of users where `word` is "user".

    Raises:
        SnapshotError: It says nothing, or an account is below itself.
    """
    if not tree.shares and not tree.users:
        raise refusal(file, "no shares found; sshare -P -a prints them")
    _refuse_circles(tree, file)
    weights = _of_users(tree) if word == "user" else _of_accounts(tree)
    used = tree.used_by if word == "user" else tree.used
    tenants = tuple(Tenant(name, weight=weight) for name, weight in weights.items() if weight > 0)
    usage = {name: {"cpu": used[name] * 1_000_000} for name in weights if used.get(name)}
    told = (
        f"weights of {counted(len(tenants), word)}, past use of {counted(len(usage), word)}",
        "not modelled: fair tree (a weight is the part of the whole tree), limits of associations and of QOS",
    )
    return Shares(tenants, usage, told)


def add_table(tree: Tree, table: Table) -> None:
    """Take the rows of `sshare -P` or `sacctmgr -P show assoc` in."""
    path: list[str] = []
    for _, row in table:
        at = table.names
        if "account" not in at or table.place("rawshares", "share", "fairshare", "shares") is None:
            break
        raw = row[at["account"]]
        depth = len(raw) - len(raw.lstrip())
        account, user = raw.strip(), row[at["user"]].strip() if "user" in at else ""
        share = _whole(row, table.place("rawshares", "share", "fairshare", "shares"))
        used = _whole(row, table.place("rawusage")) or 0
        if user:
            tree.users.setdefault(account, {})[user] = 1 if share is None else share
            tree.used_by[user] = tree.used_by.get(user, 0) + used
            continue
        named = table.place("parentname", "parname")
        del path[depth:]
        above = row[named].strip() if named is not None else (path[-1] if path else "")
        path.append(account)
        _account(tree, account, above, 1 if share is None else share, used)


def _whole(row: list[str], place: int | None) -> int | None:
    """A number, None for "parent" and where nothing stands."""
    found = row[place].strip() if place is not None else ""
    return min(int(found), _MOST_SHARES) if found.isdigit() and len(found) < 20 else None


def is_share(item: Mapping[str, object]) -> bool:
    """Whether an object of Slurm's JSON is an association with its shares."""
    return "shares_raw" in item and "account" in item


def add_object(tree: Tree, item: Mapping[str, object]) -> None:
    """Take an association in."""
    account, user = text(item.get("account")), text(item.get("user"))
    share = min(number(item.get("shares_raw")) or 1, _MOST_SHARES)
    if user:
        tree.users.setdefault(account, {})[user] = share
    else:
        _account(tree, account, text(item.get("parent_account")), share, 0)


def _account(tree: Tree, account: str, above: str, share: int, used: int) -> None:
    tree.shares[account] = share
    tree.used[account] = tree.used.get(account, 0) + used
    if account == _ROOT or not above:
        return
    tree.parent[account] = above


def _refuse_circles(tree: Tree, file: str) -> None:
    fine = {_ROOT}
    for account in tree.parent:
        chain: dict[str, None] = {}
        while account not in fine and account in tree.parent:
            if account in chain:
                raise refusal(file, f"the account {account} is below itself")
            chain[account] = None
            account = tree.parent[account]
        fine.update(chain)


def _of_accounts(tree: Tree) -> dict[str, Fraction]:
    """The weight of each account but the root: its shares where all are siblings, else its part in hundredths."""
    names = [name for name in tree.shares if name != _ROOT]
    if len({tree.parent.get(name, _ROOT) for name in names}) == 1:
        return {name: Fraction(tree.shares[name]) for name in names}
    below: dict[str, int] = {}
    for name in names:
        above = tree.parent.get(name, _ROOT)
        below[above] = below.get(above, 0) + tree.shares[name]
    parts: dict[str, Fraction] = {_ROOT: Fraction(100)}

    def part(name: str) -> Fraction:
        chain = []
        while name not in parts:
            chain.append(name)
            name = tree.parent.get(name, _ROOT)
        for one in reversed(chain):
            above = tree.parent.get(one, _ROOT)
            parts[one] = parts[above] * Fraction(tree.shares[one], below[above] or 1)
        return parts[chain[0]] if chain else parts[name]

    return {name: _rounded(part(name)) for name in names}


def _of_users(tree: Tree) -> dict[str, Fraction]:
    """The weight of each user: its part of its accounts' parts."""
    accounts = {_ROOT: Fraction(100), **_of_accounts(tree)}
    found: dict[str, Fraction] = {}
    for account, users in tree.users.items():
        total = sum(users.values()) or 1
        for user, share in users.items():
            part = accounts.get(account, Fraction(1)) * Fraction(share, total)
            found[user] = found.get(user, Fraction(0)) + part
    return {user: _rounded(weight) for user, weight in found.items()}


def _rounded(weight: Fraction) -> Fraction:
    return max(Fraction(round(weight * _FINEST), _FINEST), Fraction(1, _FINEST)) if weight else weight
