"""Work permits 工作票: kinds as data, one machine for all of them, and what an open one does to its devices."""
