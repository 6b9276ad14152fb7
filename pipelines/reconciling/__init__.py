"""What people decide about breaks, and what the nights remember of them: decisions, kept changes, workbooks, meetings.

Not here: finding, matching and classing breaks (dbt's schema `recon`), and what can be typed (`pipelines.console`).
"""
