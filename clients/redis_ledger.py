"""The count of calls that all workers of all hosts share, in Redis; one round trip to take a place.

Places are members of a sorted set whose score is the end of their lease, so that a killed worker's
place comes free by itself. The pace is one number, the time of the next turn. All times are by
Redis' clock: the hosts' own may differ.
"""

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from clients.ledger import BURST, BUSY, Allowance, LedgerDown

PATIENCE_SECONDS = 0.25

_TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local held = redis.call('PTTL', KEYS[3])
if held > 0 then return held end
local token, lease = ARGV[1], tonumber(ARGV[2])
local at_once, interval = tonumber(ARGV[3]), tonumber(ARGV[4])
if at_once > 0 then
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
  if redis.call('ZCARD', KEYS[1]) >= at_once then return tonumber(ARGV[6]) end
end
if interval > 0 then
  local turn = math.max(now, tonumber(redis.call('GET', KEYS[2]) or 0))
  local early = turn - now - tonumber(ARGV[5])
  if early > 0 then return math.ceil(early) end
  local lasts = math.ceil(turn + interval - now)
  redis.call('SET', KEYS[2], string.format('%.3f', turn + interval), 'PX', lasts)
end
if at_once > 0 then
  redis.call('ZADD', KEYS[1], now + lease, token)
  redis.call('PEXPIRE', KEYS[1], 86400000)
end
return 0
"""

_HOLD_OFF = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], '', 'PX', ARGV[1])
end
"""


class RedisLedger:
    """Counts the calls of all processes that name the same Redis and the same `name`."""

    def __init__(self, url: str, name: str, allowance: Allowance) -> None:
        client = redis.Redis.from_url(
            url,
            socket_timeout=PATIENCE_SECONDS,
            socket_connect_timeout=PATIENCE_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        self._client = client
        # The braces keep all of them on one node of a cluster.
        self._slots, self._pace, self._held = (
            f"{{{name}}}.{what}" for what in ("slots", "pace", "held")
        )
        self._limits = (allowance.at_once, allowance.interval * 1000, BURST * 1000, BUSY * 1000)
        self._take = client.register_script(_TAKE)
        self._hold_off = client.register_script(_HOLD_OFF)

    def take(self, token: str, lease: float) -> float:
        """Takes a place, or says how long to wait first. Raises LedgerDown."""
        keys = (self._slots, self._pace, self._held)
        try:
            return float(self._take(keys, (token, lease * 1000, *self._limits))) / 1000
        except redis.RedisError as error:
            raise LedgerDown(type(error).__name__) from None

    def give_back(self, token: str) -> None:
        """Frees a place. Raises LedgerDown."""
        try:
            self._client.zrem(self._slots, token)
        except redis.RedisError as error:
            raise LedgerDown(type(error).__name__) from None

    def hold_off(self, seconds: float) -> None:
        """Nobody gets a place for so long. Raises LedgerDown."""
        try:
            self._hold_off((self._held,), (round(seconds * 1000),))
        except redis.RedisError as error:
            raise LedgerDown(type(error).__name__) from None
