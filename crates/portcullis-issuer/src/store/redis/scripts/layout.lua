-- KEYS: the layout. ARGV: that of this issuer, for a place where there is none yet.
redis.call('SET', KEYS[1], ARGV[1], 'NX')
return redis.call('GET', KEYS[1])
