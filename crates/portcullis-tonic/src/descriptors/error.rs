//! What is wrong with a descriptor set.

use std::fmt;

/// How to make a set that says everything.
pub(super) const ENCODE: &str = "encode it with its imports and its options, \
    `protox::Compiler::new(includes)?.include_imports(true).open_file(file)?.encode_file_descriptor_set()` or \
    `protoc --include_imports --descriptor_set_out=set.bin`; `prost-types` drops the options";

/// Why descriptors do not say what the methods ask of their callers: every fault there is, each with its repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescriptorError(Vec<Box<str>>);

impl DescriptorError {
    pub(super) fn one(fault: impl Into<Box<str>>) -> Self {
        Self(vec![fault.into()])
    }

    /// `None` when there is no fault.
    pub(super) fn all(faults: impl IntoIterator<Item = String>) -> Option<Self> {
        let faults: Vec<Box<str>> = faults.into_iter().map(String::into_boxed_str).collect();
        (!faults.is_empty()).then_some(Self(faults))
    }

    /// The faults, at least one. One of a method begins with its name: `rpc orders.v1.Orders/GetOrder: ..`.
    pub fn faults(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|fault| &**fault)
    }
}

/// A line for each fault.
impl fmt::Display for DescriptorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for DescriptorError {}
