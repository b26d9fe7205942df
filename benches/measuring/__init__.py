"""The parts of compare.py: processes, input files, other tools, the table."""
