-- KEYS: the family, the families of its subject, all families by when they are over. ARGV: how long the family and the families of its
-- subject are kept (ms), the name of the family, when it ends at last, when it is over if nobody uses it, before when nothing that was
-- over then is kept any more; then the fields.
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 7))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. ARGV[6])
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[3])
-- As long as the last of them.
if redis.call('PTTL', KEYS[2]) < tonumber(ARGV[2]) then
  redis.call('PEXPIRE', KEYS[2], ARGV[2])
end
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', '(' .. ARGV[6])
redis.call('ZADD', KEYS[3], ARGV[5], ARGV[3])
return 1
