"""Simulated devices behind one TCP port: any number of clients, units told apart by their number."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from drivers.sim.server import Damage, Serve, take_tcp

Delay = Callable[[int], float]  # unit → seconds it lets wait
UNIT = 6  # place of the unit in a frame


class Client(asyncio.Protocol):
    """One connection."""

    def __init__(self, serve: Serve, damage: Damage, delay: Delay, clients: set[asyncio.Transport]) -> None:
        self.serve, self.damage, self.delay, self.clients = serve, damage, delay, clients
        self.heard = bytearray()
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.clients.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.clients.discard(self.transport)

    def data_received(self, data: bytes) -> None:
        self.heard += data
        try:
            said = take_tcp(self.heard, self.serve, self.damage)
        except ValueError:
            self.transport.abort()
            return
        if said and (wait := self.delay(said[UNIT])):
            asyncio.get_running_loop().call_later(wait, self.transport.write, said)
        elif said:
            self.transport.write(said)


class TcpPort:
    """A listening port. `host` and `port` tell where, once it is open."""

    def __init__(self, host: str, port: int, serve: Serve, damage: Damage, delay: Delay = lambda unit: 0.0) -> None:
        self.host, self.port = host, port
        self.serve, self.damage, self.delay = serve, damage, delay
        self.clients: set[asyncio.Transport] = set()
        self.server: asyncio.Server

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self.server = await loop.create_server(
            lambda: Client(self.serve, self.damage, self.delay, self.clients), self.host, self.port
        )
        self.port = self.server.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Stop listening and drop every client, as a pulled plug does."""
        self.server.close()
        for client in tuple(self.clients):
            client.abort()
