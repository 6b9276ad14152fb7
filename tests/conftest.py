"""What holds for all tests. Not here: anything of one part."""

import gc

# As a night does it: what dbt, Dagster and polars import stays, and looking at it again and again takes time.
gc.set_threshold(100_000, 20, 100)
