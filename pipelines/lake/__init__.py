"""The lake: bytes as received, immutable deliveries with receipts, slices, manifests and the event log.

Not here: reading or judging files (intake and below), the warehouse (publishing), any branch's layout.
"""
