"""Turns fetched articles into analysed ones, in processes of their own."""
