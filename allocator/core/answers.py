"""Asks a policy, and holds what it answers to the contract: one place for the engine and for every loop over time."""

from __future__ import annotations

from collections.abc import Sequence

from allocator.core.errors import BadPolicyError
from allocator.core.policy import Claim, Entitling, Key, Policy, TenantView
from allocator.core.resources import Quantities


def key_of(policy: Policy, claim: Claim, shared: Quantities) -> Key:
    """The key of `claim`.

    Raises:
        BadPolicyError: It has no place in an order.
    """
    key = policy.key(claim, shared)
    if key is None or key != key:  # neither has a place in an order: a heap would take it in silence
        raise BadPolicyError(f"policy {type(policy).__name__} ranks {claim.tenant!r} by {key}")
    return key


def entitlements_of(
    policy: Entitling, tenants: Sequence[TenantView], capacity: Quantities, resources: Sequence[str]
) -> Sequence[Quantities]:
    """What each tenant is entitled to, in the order of `tenants`; of `resources`, one left out is an amount of 0.

    Raises:
        BadPolicyError: What the policy answers is not whole numbers of 0 or more, one entry a tenant.
    """
    there_is = {name: amount for name, amount in capacity.items() if amount}
    answers = policy.entitle(tenants, there_is)
    name = type(policy).__name__
    if len(answers) != len(tenants):
        raise BadPolicyError(f"policy {name} entitles {len(answers)} of {len(tenants)} tenants")
    for tenant, answer in zip(tenants, answers, strict=True):
        amounts = [answer.get(resource, 0) for resource in resources]
        if any(type(amount) is not int or amount < 0 for amount in amounts):
            raise BadPolicyError(
                f"policy {name} entitles tenant {tenant.name!r} to {dict(answer)}, expected whole numbers of 0 or more"
            )
    return answers
