"""The steps of the analysis, one module for each thing they find."""
