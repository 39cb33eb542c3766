-- KEYS: the mark. ARGV: until when it counts, what time it is, how long it is kept (ms).
local before = redis.call('GET', KEYS[1])
if before and tonumber(ARGV[2]) <= tonumber(before) then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
return 1
