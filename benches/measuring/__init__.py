"""What compare.py is made of: processes, files to measure on, rivals, the table."""
