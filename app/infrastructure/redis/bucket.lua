-- One request's way through its token bucket and, for a logged-in user, past the live mark of the session.
--
-- KEYS: the bucket, the mark (both carry the user's hash tag: one slot). Without a mark the bucket alone is asked.
-- ARGV: capacity, refill a second, the mark to write where none stands, its seconds.
-- Answers {mark, allowed, remaining, epoch second when full, seconds until the next, whether it is the first denial}.
-- Only {mark} where there is no live mark: nothing is taken for a session that may have ended.
local bucket, mark = KEYS[1], KEYS[2]
local capacity, rate = tonumber(ARGV[1]), tonumber(ARGV[2])
local found = ''
if mark and ARGV[3] then
    redis.call('SET', mark, ARGV[3], 'EX', ARGV[4], 'NX')
elseif mark then
    found = redis.call('GET', mark) or ''
    if string.sub(found, 1, 1) ~= '+' then
        return { found }
    end
end

local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local stored = redis.call('HMGET', bucket, 'level', 'at', 'denied')
local level, at = tonumber(stored[1] or capacity), tonumber(stored[2] or now)
level = math.min(capacity, level + math.max(0, now - at) * rate)

local allowed, first_denial = level >= 1, false
if allowed then
    level = level - 1
    redis.call('HSET', bucket, 'level', string.format('%.6f', level), 'at', string.format('%.6f', now), 'denied', 0)
    redis.call('PEXPIRE', bucket, math.ceil((capacity - level) / rate * 1000) + 1000)
else
    first_denial = stored[3] ~= '1'
    if first_denial then
        redis.call('HSET', bucket, 'denied', 1)
    end
end
local full_at = math.ceil(now + (capacity - level) / rate)
local wait = allowed and 0 or math.ceil((1 - level) / rate)
return { found, allowed and 1 or 0, math.floor(level), full_at, wait, first_denial and 1 or 0 }
