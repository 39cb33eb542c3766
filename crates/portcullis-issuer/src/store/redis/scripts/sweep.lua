-- KEYS: all families by when they are over. ARGV: what time it is, what the key of a family begins with, how many to forget at once.
local over = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[1], 'LIMIT', 0, ARGV[3])
for _, name in ipairs(over) do
  local key = ARGV[2] .. name
  local list = redis.call('HGET', key, 'list')
  if list then
    redis.call('ZREM', list, name)
  end
  redis.call('DEL', key)
  redis.call('ZREM', KEYS[1], name)
end
return #over
