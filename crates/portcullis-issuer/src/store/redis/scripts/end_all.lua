-- KEYS: the families of a subject. ARGV: what the key of a family begins with, when they ended, why.
local alive = {}
for _, name in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local key = ARGV[1] .. name
  -- One that is long over may be on the list still.
  if redis.call('EXISTS', key) == 1 and redis.call('HEXISTS', key, 'ended_at') == 0 then
    redis.call('HSET', key, 'ended_at', ARGV[2], 'ended', ARGV[3])
    alive[#alive + 1] = name
  end
end
redis.call('DEL', KEYS[1])
return alive
