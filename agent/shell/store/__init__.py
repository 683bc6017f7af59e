"""What the station keeps on its card: journal, spool, books, keys."""
