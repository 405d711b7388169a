"""`rasad doctor`: is everything as it should be, and if not, what to do."""

import os

import typer

from rasad import options, screen


def doctor(
    data: options.DataOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Check program, folder, files, log and settings; exit status 1 when something is wrong."""
    from rasad.checkup import check_all

    settings = options.settings(data)
    wrong = False
    for finding in check_all(settings, os.environ):
        wrong = wrong or finding.state == "wrong"
        if as_json:
            screen.print_json(finding)
            continue
        screen.print_line(f"{finding.state:<6} {finding.check:<9} {finding.detail}")
        if finding.remedy:
            screen.print_line(f"{'':<17}→ {finding.remedy}")
    if wrong:
        raise typer.Exit(1)
