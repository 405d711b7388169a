"""The demonstration: fictional newsrooms with real feeds and pages, on this machine alone.

Nobody outside it knows that its sources are not on the internet.
"""
