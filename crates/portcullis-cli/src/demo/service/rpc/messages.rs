//! The messages, as `prost` would generate them from a proto.

/// Which order.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub(crate) struct OrderId {
    #[prost(uint64, tag = "1")]
    pub(crate) id: u64,
}

/// An order to be placed.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub(crate) struct NewOrder {
    #[prost(string, tag = "1")]
    pub(crate) item: String,
    #[prost(uint32, tag = "2")]
    pub(crate) quantity: u32,
}

/// An order.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub(crate) struct Order {
    #[prost(uint64, tag = "1")]
    pub(crate) id: u64,
    #[prost(string, tag = "2")]
    pub(crate) item: String,
    #[prost(uint32, tag = "3")]
    pub(crate) quantity: u32,
    #[prost(string, tag = "4")]
    pub(crate) placed_by: String,
    #[prost(string, tag = "5")]
    pub(crate) state: String,
}
