"""From a received file to deliveries in the lake: read, standardize, judge, account, write.

Not here: how formats are read (sources), values understood (standardize), rows judged (validation), deliveries applied
(lake). This layer only brings them together for one file.
Import from the modules: `replay` is light enough for planning, `taking` brings in the validation.
"""
