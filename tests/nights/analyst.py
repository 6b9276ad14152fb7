"""An analyst's program that opens the published file for writing and is killed before it closes it. Not a test."""

from __future__ import annotations

import os
import signal
import sys

import duckdb

connection = duckdb.connect(sys.argv[1])
connection.execute("set checkpoint_threshold = '1TB'")  # what he writes stays in the write-ahead log
connection.execute("update performance.kpi_monthly set sales_amount_functional = 666")
connection.execute("create table core.mine as select 1 as one")
connection.execute("begin")
connection.execute("delete from core.fct_gl_entry")
if sys.argv[2] == "checkpointed":
    connection.execute("rollback")
    connection.execute("checkpoint")
os.kill(os.getpid(), signal.SIGKILL)
