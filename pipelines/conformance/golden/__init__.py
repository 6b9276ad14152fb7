"""One record for the same customer, supplier or product of several branches.

Strict keys first (tax id, register number, bank account, GTIN), then likeness; people's decisions win over both. Not
here: where records come from and where results go (`pipelines.night`), and what can be typed (`pipelines.console`).
"""
