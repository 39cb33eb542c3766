//! The statements. Both databases take `$1` for a value and know `ON CONFLICT` and `RETURNING`.

/// To know whether a family was there: none is ever replaced.
pub(in crate::store) const BEGIN: &str = "
    INSERT INTO portcullis_families (family, subject, client, resource, scopes, authentication, ends_at, current_hash, idle_until,
        spent_hash, seed, spent_at, ended_at, ended_reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

pub(in crate::store) const FIND: &str = "
    SELECT family, subject, client, resource, scopes, authentication, ends_at, current_hash, idle_until,
        spent_hash, seed, spent_at, ended_at, ended_reason
    FROM portcullis_families WHERE family = $1";

pub(in crate::store) const ROTATE: &str = "
    UPDATE portcullis_families
    SET current_hash = $3, idle_until = $4, spent_hash = $2, seed = $5, spent_at = $6
    WHERE family = $1 AND current_hash = $2 AND ended_at IS NULL";

pub(in crate::store) const END: &str = "
    UPDATE portcullis_families SET ended_at = $2, ended_reason = $3
    WHERE family = $1 AND ended_at IS NULL";

pub(in crate::store) const END_ALL: &str = "
    UPDATE portcullis_families SET ended_at = $2, ended_reason = $3
    WHERE subject = $1 AND ended_at IS NULL
    RETURNING family";

/// A mark whose time is over is free again.
pub(in crate::store) const FIRST_USE: &str = "
    INSERT INTO portcullis_used (mark, until) VALUES ($1, $2)
    ON CONFLICT (mark) DO UPDATE SET until = excluded.until WHERE portcullis_used.until < $3";

pub(in crate::store) const KEYS: &str = "
    SELECT generation, kid, algorithm, pem, sign_from FROM portcullis_keys ORDER BY generation";

pub(in crate::store) const ADD_KEY: &str = "
    INSERT INTO portcullis_keys (generation, kid, algorithm, pem, sign_from) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (generation) DO NOTHING";

pub(in crate::store) const DROP_KEY: &str = "DELETE FROM portcullis_keys WHERE generation = $1";

pub(in crate::store) const FORGET_FAMILIES: &str = "
    DELETE FROM portcullis_families WHERE ends_at < $1 OR idle_until < $1";

pub(in crate::store) const FORGET_MARKS: &str = "DELETE FROM portcullis_used WHERE until < $1";

pub(in crate::store) const CREATE_VERSION: &str = "
    CREATE TABLE IF NOT EXISTS portcullis_schema (version BIGINT NOT NULL)";

pub(in crate::store) const READ_VERSION: &str = "SELECT max(version) FROM portcullis_schema";

/// One row for each step that was taken.
pub(in crate::store) const WRITE_VERSION: &str = "INSERT INTO portcullis_schema (version) VALUES ($1)";
