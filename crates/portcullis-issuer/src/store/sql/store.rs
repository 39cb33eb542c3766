//! The store itself, for whichever database.

/// `Store` for a type with the pools `writer()` and `reader()`. A macro, for the types of the two drivers have nothing in common that
/// could be named in fewer words than the statements take.
macro_rules! sql_store {
    ($store:ident) => {
        use futures::FutureExt;
        use futures::future::BoxFuture;
        use portcullis_core::Timestamp;

        use crate::family::{Ended, Family, FamilyKey, Rotation};
        use crate::keys::KeyRecord;
        use crate::store::{Store, UseMark, sql};

        impl Store for $store {
            fn begin(&self, family: Family, _now: Timestamp) -> BoxFuture<'_, Result<(), StoreError>> {
                async move {
                    let authentication = serde_json::to_string(&family.authentication)
                        .map_err(|_| StoreError::new("the authentication of a family cannot be written"))?;
                    let (spent, ended) = (family.spent.as_ref(), family.ended.as_ref());
                    let statement = || {
                        sqlx::query(sql::BEGIN)
                            .bind(&family.key.as_bytes()[..])
                            .bind(&*family.subject)
                            .bind(&*family.client)
                            .bind(&*family.resource)
                            .bind(family.scopes.to_string())
                            .bind(&*authentication)
                            .bind(sql::to_number(family.ends_at))
                            .bind(&family.current.as_bytes()[..])
                            .bind(sql::to_number(family.idle_until))
                            .bind(spent.map(|spent| &spent.hash.as_bytes()[..]))
                            .bind(spent.map(|spent| &spent.seed.as_bytes()[..]))
                            .bind(spent.map(|spent| sql::to_number(spent.at)))
                            .bind(ended.map(|ended| sql::to_number(ended.at)))
                            .bind(ended.map(|ended| ended.reason.as_str()))
                            .execute(self.writer())
                    };
                    sql::attempt(statement).await.map(drop).map_err(StoreError::new)
                }
                .boxed()
            }

            fn find(&self, key: FamilyKey) -> BoxFuture<'_, Result<Option<Family>, StoreError>> {
                async move {
                    let statement = || {
                        sqlx::query_as::<_, sql::FamilyRow>(sql::FIND)
                            .bind(&key.as_bytes()[..])
                            .fetch_optional(self.reader())
                    };
                    sql::attempt(statement).await.map_err(StoreError::new)?.map(sql::family_of).transpose()
                }
                .boxed()
            }

            fn rotate(&self, rotation: Rotation) -> BoxFuture<'_, Result<bool, StoreError>> {
                async move {
                    let statement = || {
                        sqlx::query(sql::ROTATE)
                            .bind(&rotation.key.as_bytes()[..])
                            .bind(&rotation.spent.as_bytes()[..])
                            .bind(&rotation.current.as_bytes()[..])
                            .bind(sql::to_number(rotation.idle_until))
                            .bind(&rotation.seed.as_bytes()[..])
                            .bind(sql::to_number(rotation.at))
                            .execute(self.writer())
                    };
                    let done = sql::attempt(statement).await.map_err(StoreError::new)?;
                    Ok(done.rows_affected() == 1)
                }
                .boxed()
            }

            fn end(&self, key: FamilyKey, ended: Ended) -> BoxFuture<'_, Result<bool, StoreError>> {
                async move {
                    let statement = || {
                        sqlx::query(sql::END)
                            .bind(&key.as_bytes()[..])
                            .bind(sql::to_number(ended.at))
                            .bind(ended.reason.as_str())
                            .execute(self.writer())
                    };
                    let done = sql::attempt(statement).await.map_err(StoreError::new)?;
                    Ok(done.rows_affected() == 1)
                }
                .boxed()
            }

            fn end_all(&self, subject: String, ended: Ended) -> BoxFuture<'_, Result<Vec<FamilyKey>, StoreError>> {
                async move {
                    let statement = || {
                        sqlx::query_as::<_, (Vec<u8>,)>(sql::END_ALL)
                            .bind(&*subject)
                            .bind(sql::to_number(ended.at))
                            .bind(ended.reason.as_str())
                            .fetch_all(self.writer())
                    };
                    let keys = sql::attempt(statement).await.map_err(StoreError::new)?;
                    keys.iter().map(|(key,)| sql::family_key_of(key)).collect()
                }
                .boxed()
            }

            fn first_use(
                &self,
                mark: UseMark,
                until: Timestamp,
                now: Timestamp,
            ) -> BoxFuture<'_, Result<bool, StoreError>> {
                async move {
                    let statement = || {
                        sqlx::query(sql::FIRST_USE)
                            .bind(&mark.as_bytes()[..])
                            .bind(sql::to_number(until))
                            .bind(sql::to_number(now))
                            .execute(self.writer())
                    };
                    let done = sql::attempt(statement).await.map_err(StoreError::new)?;
                    Ok(done.rows_affected() == 1)
                }
                .boxed()
            }

            fn keys(&self) -> BoxFuture<'_, Result<Vec<KeyRecord>, StoreError>> {
                async move {
                    let statement = || sqlx::query_as::<_, sql::KeyRow>(sql::KEYS).fetch_all(self.reader());
                    let rows = sql::attempt(statement).await.map_err(StoreError::new)?;
                    rows.into_iter().map(sql::key_of).collect()
                }
                .boxed()
            }

            fn add_key(&self, key: KeyRecord) -> BoxFuture<'_, Result<bool, StoreError>> {
                async move {
                    let generation = sql::number(key.generation)?;
                    let statement = || {
                        sqlx::query(sql::ADD_KEY)
                            .bind(generation)
                            .bind(&*key.kid)
                            .bind(key.algorithm.as_str())
                            .bind(&*key.pem)
                            .bind(sql::to_number(key.sign_from))
                            .execute(self.writer())
                    };
                    let done = sql::attempt(statement).await.map_err(StoreError::new)?;
                    Ok(done.rows_affected() == 1)
                }
                .boxed()
            }

            fn drop_key(&self, generation: u64) -> BoxFuture<'_, Result<(), StoreError>> {
                async move {
                    let generation = sql::number(generation)?;
                    let statement = || sqlx::query(sql::DROP_KEY).bind(generation).execute(self.writer());
                    sql::attempt(statement).await.map(drop).map_err(StoreError::new)
                }
                .boxed()
            }

            fn sweep(&self, now: Timestamp) -> BoxFuture<'_, Result<(), StoreError>> {
                async move {
                    for forget in [sql::FORGET_FAMILIES, sql::FORGET_MARKS] {
                        let statement = || sqlx::query(forget).bind(sql::to_number(now)).execute(self.writer());
                        sql::attempt(statement).await.map_err(StoreError::new)?;
                    }
                    Ok(())
                }
                .boxed()
            }
        }
    };
}

pub(in crate::store) use sql_store;
