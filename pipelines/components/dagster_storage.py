"""Dagster's own files in SQLite, as `dagster.yaml` names them, without opening a database anew for every event.

A night of fifty branches writes some five thousand events. Dagster opens a database anew for each read or write of one,
and waits for the disk after it: four fifths of what Dagster cost a night. Here a connection stays open, and the disk is
waited for when SQLite moves its log into the file: a killed process loses nothing, a power cut the last moments of
Dagster's view of a run (which nothing is rebuilt from), and the file stays sound in both cases.

Not here: anything about a night, and Postgres, which `dagster.yaml` may name instead.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

# The index of all runs, the run that is written, and one that a page shows beside it.
_KEPT = 3


class KeptEventLogStorage(SqliteEventLogStorage):
    """Dagster's event log, file for file, over connections that stay open (at most three; the least used closes)."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._tables: set[str] = set()
        super().__init__(base_dir, inst_data)

    def has_table(self, table_name: str) -> bool:
        """Asked before every event of a check; a table that is there stays there."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def _engine(self, shard: str) -> Engine:
        if shard in self._engines:
            self._engines.move_to_end(shard)
            return self._engines[shard]
        engine = create_engine(
            self.conn_string_for_shard(shard),
            poolclass=StaticPool,
            connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
        )
        event.listen(engine, "connect", _wait_for_the_disk_at_checkpoints)
        self._engines[shard] = engine
        if len(self._engines) > _KEPT:
            _, least_used = self._engines.popitem(last=False)
            least_used.dispose()
        return engine

    def dispose(self) -> None:
        """Close what is open."""
        super().dispose()
        while self._engines:
            self._engines.popitem()[1].dispose()


class NightStorage(DagsterSqliteStorage):
    """Dagster's SQLite storage at `base_dir`, with the event log above; what Dagster's own one wrote is read on."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)
        self._event_log_storage.dispose()
        self._event_log_storage = KeptEventLogStorage(self._event_log_storage._base_dir)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> NightStorage:
        return cls.from_local(inst_data=inst_data, **config_value)


def _wait_for_the_disk_at_checkpoints(connection: Any, _: object) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")
