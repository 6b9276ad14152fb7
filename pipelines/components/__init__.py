"""How the library runs inside Dagster: component classes, the dbt step, the job's resource, launching.

Not here: which branches exist (their folders say so), when nights run (`pipelines.defs`), and what a night does
(`pipelines.night`, which knows nothing of Dagster).
"""
