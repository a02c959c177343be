"""A TCP proxy between a program and a server, which delays, holds and cuts what passes."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

CHUNK = 65_536
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close with RST

type Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Proxy:
    """Forwards to a Unix socket or a port. While it is held nothing passes, but new connections are taken."""

    def __init__(self, target: Path | int) -> None:
        self._target = target
        self._open = asyncio.Event()
        self._open.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self.delay_seconds = 0.0
        self.port = 0

    def hold(self) -> None:
        """Let nothing through: a black hole."""
        self._open.clear()

    def release(self) -> None:
        self._open.set()

    def cut(self) -> None:
        """Reset every connection, in both directions."""
        for writer in [*self._writers]:
            found = writer.get_extra_info("socket")
            if found.family != socket.AF_UNIX:
                found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._writers) // 2

    @asynccontextmanager
    async def forwarding(self) -> AsyncIterator["Proxy"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.release()
            self.cut()
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            behind = await self._connect()
        except OSError:  # the server is down, and so it looks from here
            writer.transport.abort()
            return
        both = {writer, behind[1]}
        self._writers |= both
        try:
            await asyncio.gather(self._pass(reader, behind[1]), self._pass(behind[0], writer))
        finally:
            self._writers -= both
            for each in both:
                each.transport.abort()

    async def _connect(self) -> Streams:
        if isinstance(self._target, Path):
            return await asyncio.open_unix_connection(self._target)
        return await asyncio.open_connection("127.0.0.1", self._target)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(CHUNK):
                if self.delay_seconds:
                    await asyncio.sleep(self.delay_seconds)
                await self._open.wait()
                writer.write(chunk)
                await writer.drain()
        writer.transport.abort()
