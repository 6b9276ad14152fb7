"""Telling people what a night means for them: receipts for branches, messages for owners, by mail and webhook.

Not here: finding out what happened; nights, audits and the lake already know.
"""
