"""The one library under every Rasad program; nothing in here is a process."""
