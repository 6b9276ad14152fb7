"""What runs here: the sample group's branches (folders of YAML), the night's job, its schedule and its sensor.

Not here: how any of it works (`pipelines.components`).
"""
