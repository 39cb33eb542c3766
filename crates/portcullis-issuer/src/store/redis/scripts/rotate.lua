-- KEYS: the family, all families by when they are over. ARGV: the spent hash, the next one, the seed, when, until when the next one has to
-- be used; how long a family is kept after it is over, and the longest that anything is kept (ms); the name of the family.
local family = redis.call('HMGET', KEYS[1], 'current', 'ended_at', 'ends_at')
if family[1] ~= ARGV[1] or family[2] then
  return 0
end
local over = math.min(tonumber(family[3]), tonumber(ARGV[5]))
local keep = math.min(math.max(over - tonumber(ARGV[4]), 0) + tonumber(ARGV[6]), tonumber(ARGV[7]))
redis.call('HSET', KEYS[1],
  'current', ARGV[2], 'idle_until', ARGV[5], 'spent', ARGV[1], 'seed', ARGV[3], 'spent_at', ARGV[4])
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', keep))
redis.call('ZADD', KEYS[2], string.format('%.0f', over), ARGV[8])
return 1
