"""Tieout: every branch's records, in one audited business-finance warehouse, each night.

The folder names are the map; `docs/decisions.md` says why the house stands as it does. Nothing is imported here.
"""
