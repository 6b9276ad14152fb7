"""How branches' own accounts become the group's: rules, starting maps, suggestions, workbooks.

Not here: applying the map to the records (dbt does), and what can be typed (`pipelines.console`).
"""
