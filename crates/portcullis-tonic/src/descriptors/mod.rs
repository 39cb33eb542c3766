//! What methods ask of their callers, from the options of their proto.

mod error;
mod option;
mod resolve;

use std::collections::BTreeSet;
use std::fmt;

use portcullis::policy::{Endpoint, Inventory, Operation};
use prost_reflect::prost::Message as _;
use prost_reflect::prost_types::FileDescriptorSet;
use prost_reflect::{DescriptorPool, ExtensionDescriptor, Kind, MethodDescriptor};

pub use error::DescriptorError;
use error::ENCODE;

/// `portcullis/v1/require.proto`, as it stands: to be put where your protos find it.
///
/// A test that holds your copy against it tells when to renew it.
pub const REQUIRE_PROTO: &str = include_str!("../../proto/portcullis/v1/require.proto");

const OPTION: &str = "portcullis.v1.require";
const NUMBER: u32 = 51717;

/// The methods of a descriptor set, with what each asks of its callers: the rows of a [policy](portcullis::policy).
///
/// A method says it by an option in its proto, which `portcullis/v1/require.proto` of this crate defines ([`REQUIRE_PROTO`]):
///
/// ```proto
/// import "portcullis/v1/require.proto";
///
/// service Orders {
///   rpc GetOrder(GetOrderRequest) returns (Order) {
///     option (portcullis.v1.require) = { scope: "orders:read" };
///   }
///   rpc DeleteOrder(DeleteOrderRequest) returns (DeleteOrderResponse) {
///     option (portcullis.v1.require) = { all: ["orders:write", "orders:delete"] max_age: "5m" };
///   }
///   rpc Ping(PingRequest) returns (PingResponse) {
///     option (portcullis.v1.require) = { public: "the status page asks without a token" };
///   }
/// }
/// ```
///
/// Exactly one of `scope`, `all`, `any`, `role` and `public`; beside it `max_age` and `report_only`. A build script encodes the
/// set, with its imports and its options, and the server reads it when it starts:
///
/// ```
/// use portcullis::policy::{Operation, Policy};
/// use portcullis::Authority;
/// use portcullis_tonic::Descriptors;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = std::env::temp_dir().join(format!("portcullis-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # std::fs::write(folder.join("orders.proto"), r#"
/// # syntax = "proto3"; package orders.v1;
/// # import "portcullis/v1/require.proto";
/// # message Nothing {}
/// # service Orders {
/// #   rpc GetOrder(Nothing) returns (Nothing) { option (portcullis.v1.require) = { scope: "orders:read" }; }
/// #   rpc Ping(Nothing) returns (Nothing) { option (portcullis.v1.require) = { public: "the status page" }; }
/// # }
/// # "#)?;
/// # let includes = ["proto".into(), folder.clone()];
/// // build.rs
/// let mut compiler = protox::Compiler::new(includes)?;
/// compiler.include_imports(true).open_file("orders.proto")?;
/// let set: Vec<u8> = compiler.encode_file_descriptor_set(); // to a file in OUT_DIR, for `include_bytes!`
/// # std::fs::remove_dir_all(&folder)?;
///
/// // main.rs
/// let descriptors = Descriptors::decode(&set)?;
/// let policy = Policy::builder().operations(descriptors.operations()?).build()?;
/// assert_eq!(policy.operations().next().unwrap().to_string(), "rpc orders.v1.Orders/GetOrder: orders:read");
///
/// # let issuer = portcullis_testing::TestIssuer::new();
/// # let keys = issuer.keys();
/// # let authority = Authority::builder().issuer(issuer.issuer()).audience(issuer.audience()).keys(keys).build()?;
/// let layer = authority.enforce(&policy)?.serving(&descriptors.inventory());
/// // Server::builder().layer(layer).add_service(..)
/// # let _ = layer;
///
/// assert!(Descriptors::decode(b"not a set").is_err());
/// # Ok(())
/// # }
/// ```
///
/// A method without the option is an error then, as is everything else that cannot be understood. What the set does not
/// have, such as health checks and reflection, stays closed until the policy says otherwise:
/// `.operation(Operation::rpc("grpc.health.v1.Health/Check").public("the load balancer asks without a token"))`.
#[derive(Clone, Debug)]
pub struct Descriptors {
    pool: DescriptorPool,
    option: ExtensionDescriptor,
    /// All of the set, if nobody chose.
    chosen: Option<BTreeSet<Box<str>>>,
}

impl Descriptors {
    /// Reads an encoded `FileDescriptorSet`.
    ///
    /// # Errors
    /// When it is none, or lacks its imports or `portcullis/v1/require.proto`.
    pub fn decode(set: &[u8]) -> Result<Self, DescriptorError> {
        let unread = |error: &dyn fmt::Display| {
            DescriptorError::one(format!("the descriptor set cannot be read, {error}: {ENCODE}"))
        };
        check_syntax(set).map_err(|error| unread(&error))?;
        let pool = DescriptorPool::decode(set).map_err(|error| unread(&error))?;
        let Some(option) = pool.get_extension_by_name(OPTION) else {
            return Err(DescriptorError::one(format!(
                "the descriptor set is without `portcullis/v1/require.proto`, so no method can say what it asks of its \
                 callers: import that file, write `option (portcullis.v1.require) = {{ .. }};` on each method, and {ENCODE}"
            )));
        };
        let ours = option.number() == NUMBER
            && option.containing_message().full_name() == "google.protobuf.MethodOptions"
            && !option.is_list()
            && matches!(option.kind(), Kind::Message(message) if message.full_name() == "portcullis.v1.Require");
        if !ours {
            return Err(DescriptorError::one(
                "`portcullis.v1.require` in the descriptor set is another option of that name: compile it with the \
                 `portcullis/v1/require.proto` of portcullis-tonic",
            ));
        }
        Ok(Self { pool, option, chosen: None })
    }

    /// Looks at these services alone, by their full names. Without it all services of the set count, those of its imports
    /// among them.
    ///
    /// # Errors
    /// When one of them is not in the set.
    pub fn services<S: AsRef<str>>(mut self, names: impl IntoIterator<Item = S>) -> Result<Self, DescriptorError> {
        let chosen: BTreeSet<Box<str>> = names.into_iter().map(|name| name.as_ref().into()).collect();
        let known: BTreeSet<String> = self.pool.services().map(|service| service.full_name().to_owned()).collect();
        let unknown = chosen.iter().filter(|name| !known.contains(&***name));
        let list = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let faults = unknown.map(|name| format!("`{name}` is no service of the descriptor set: it has {list}"));
        match DescriptorError::all(faults) {
            Some(error) => Err(error),
            None => {
                self.chosen = Some(chosen);
                Ok(self)
            }
        }
    }

    /// A row for each method.
    ///
    /// # Errors
    /// When methods do not say what they ask of their callers, or not in a way that can be understood: all of them, by name.
    pub fn operations(&self) -> Result<Vec<Operation>, DescriptorError> {
        let (mut rows, mut faults) = (Vec::new(), Vec::new());
        for method in self.methods() {
            match option::read(&method, &self.option) {
                Ok(row) => rows.push(row),
                Err(fault) => faults.push(format!("rpc {}: {fault}", option::name(&method))),
            }
        }
        if self.methods().all(|method| !method.options().has_extension(&self.option)) && !faults.is_empty() {
            faults.push(format!("no method of the descriptor set has the option; if the proto has it: {ENCODE}"));
        }
        DescriptorError::all(faults).map_or(Ok(rows), Err)
    }

    /// The methods, with what each asks of its callers where that can be understood: what the server serves.
    pub fn inventory(&self) -> Inventory {
        self.methods().fold(Inventory::new(), |inventory, method| {
            let row = option::read(&method, &self.option).ok();
            inventory.with(Endpoint::rpc(option::name(&method)), row.map(|row| row.access().clone()))
        })
    }

    fn methods(&self) -> impl Iterator<Item = MethodDescriptor> + '_ {
        let chosen = |name: &str| self.chosen.as_ref().is_none_or(|chosen| chosen.contains(name));
        let services = self.pool.services().filter(move |service| chosen(service.full_name()));
        services.flat_map(|service| service.methods().collect::<Vec<_>>())
    }
}

/// `prost-reflect` panics where it should refuse a syntax that it does not know, such as `editions`.
fn check_syntax(set: &[u8]) -> Result<(), String> {
    let set = FileDescriptorSet::decode(set).map_err(|error| error.to_string())?;
    let unknown = set.file.iter().find(|file| !matches!(file.syntax(), "" | "proto2" | "proto3"));
    unknown.map_or(Ok(()), |file| Err(format!("`{}` is written in `{}` and not in proto3", file.name(), file.syntax())))
}
