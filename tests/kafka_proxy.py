"""What a proxy before Kafka has to change, or clients would go round it."""

import live_servers


def brokers_here(said: bytes, port: int) -> bytes:
    """Have Kafka name this proxy wherever it names itself; a `tcp_proxy.Rewrite`."""
    host, its_port = live_servers.kafka().split(":")
    own = host.encode() + int(its_port).to_bytes(4, "big")
    return said.replace(own, host.encode() + port.to_bytes(4, "big"))
