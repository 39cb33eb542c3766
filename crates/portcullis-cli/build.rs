//! Generates the server and the client of the demo's gRPC service. Its messages are in `src/demo/service/rpc/messages.rs`, so that no
//! compiler for protos has to be built first.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "demo")]
    {
        use tonic_build::manual::{Builder, Method, Service};

        let method = |name: &str, route: &str, input: &str| {
            Method::builder()
                .name(name)
                .route_name(route)
                .input_type(format!("super::messages::{input}"))
                .output_type("super::messages::Order")
                .codec_path("tonic_prost::ProstCodec")
                .build()
        };
        let orders = Service::builder()
            .package("demo.v1")
            .name("Orders")
            .method(method("get_order", "GetOrder", "OrderId"))
            .method(method("place_order", "PlaceOrder", "NewOrder"))
            .method(method("refund_order", "RefundOrder", "OrderId"))
            .build();
        Builder::new().build_transport(false).compile(&[orders]);
    }
}
