-- KEYS: the family. ARGV: its name, when it ended, why.
local family = redis.call('HMGET', KEYS[1], 'list', 'ended_at')
if not family[1] or family[2] then
  return 0
end
redis.call('HSET', KEYS[1], 'ended_at', ARGV[2], 'ended', ARGV[3])
redis.call('ZREM', family[1], ARGV[1])
return 1
