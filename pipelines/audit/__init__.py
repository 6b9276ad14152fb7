"""The gate before publishing: judges the audit tables by the governed policy, through Great Expectations.

Not here: the arithmetic of an audit (dbt's `audit_*` models), and what follows from a verdict (night).
"""
