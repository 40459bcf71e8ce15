"""How a log line is written: where it happened and what kind of error, never what somebody typed."""

import logging
import traceback
from types import TracebackType


class WithoutPersonalData(logging.Formatter):
    """Write a traceback without the messages of its exceptions.

    A message quotes values: “invalid literal for int(): '…'”, “Key (username)=(…) already exists”. File, line,
    function and the exception's class are enough to find the fault.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; Celery's failure record is shortened to the class of its exception."""
        if isinstance(record.args, dict) and "exc" in record.args:
            record = logging.makeLogRecord(record.__dict__)
            exception = record.exc_info[0] if record.exc_info else None
            record.args = {**record.args, "exc": exception.__name__ if exception else "", "traceback": ""}  # type: ignore[dict-item]
        # Another handler may have cached a full traceback on the record.
        record.exc_text = None
        return super().format(record)

    def formatException(  # noqa: N802 - the name is logging's
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """Return the frames of the exception and of its causes, each ended by the exception's class alone."""
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            lines[:0] = [*traceback.format_tb(error.__traceback__), f"{type(error).__qualname__}\n"]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "".join(lines).rstrip()
