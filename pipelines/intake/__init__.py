"""From a received file to deliveries in the lake: read, standardize, judge, account, write.

Not here: how formats are read (sources), values understood (standardize), rows judged (validation), deliveries applied
(lake). This layer only brings them together for one file.
"""

from pipelines.intake.replay import outdated
from pipelines.intake.taking import TakenIn, take_in

__all__ = ["TakenIn", "outdated", "take_in"]
