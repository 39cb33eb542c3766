//! Two scopes in one text are no scope.

portcullis::permissions! { pub ReadOrders = "orders read"; }

fn main() {}
