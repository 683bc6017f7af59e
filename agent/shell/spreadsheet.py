"""Tables as an XLSX file, through XlsxWriter: texts stay texts, whatever they look like."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import XlsxFileError

from agent.core.export import Table

OPTIONS = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
WIDTH = 18  # characters of a column


def write(path: Path, tables: Iterable[Table]) -> None:
    """One sheet a table, its head frozen. Raises OSError."""
    try:
        with xlsxwriter.Workbook(path, OPTIONS) as book:
            bold = book.add_format({"bold": True})
            for table in tables:
                sheet = book.add_worksheet(table.name)
                sheet.freeze_panes(1, 1)
                sheet.set_column(0, len(table.head) - 1, WIDTH)
                sheet.write_row(0, 0, table.head, bold)
                for number, row in enumerate(table.rows, 1):
                    sheet.write_row(number, 0, row)
    except XlsxFileError as error:
        raise OSError(f"{path}: {error}") from error
