//! What a caller may do here. The scope behind each name is written once, in this file.

portcullis_core::permissions! {
    /// See orders.
    pub ReadOrders = "orders:read";
    /// Place an order.
    pub WriteOrders = "orders:write";
    /// Take an order back: both of these.
    pub DeleteOrders = all("orders:write", "orders:delete");
    /// See the users: both of these.
    pub ManageUsers = all("admin:read", "admin:users");
    /// See the reports: one of these.
    pub SeeReports = any("reports:read", "reports:all");
}
