"""What stands behind the ports; nothing in the core knows them."""
