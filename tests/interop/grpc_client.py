"""Makes gRPC calls with grpcio: python grpc_client.py HOST:PORT PROTO_DIRECTORY..

A JSON array on the standard input, the results as another on the standard output. A request is a JSON object; a method
with a stream of requests gets a stream of one."""

import json
import sys

import grpc
from google.protobuf import json_format

target, *protos = sys.argv[1:]
sys.path[:0] = protos
messages, services = grpc.protos_and_services("orders.proto")
channel = grpc.insecure_channel(target)
stub = services.OrdersStub(channel)
methods = messages.DESCRIPTOR.services_by_name["Orders"].methods_by_name


def start(method, request, metadata):
    if method not in methods:
        return channel.unary_unary(f"/orders.v1.Orders/{method}")(b"", metadata=metadata, timeout=20)
    described = methods[method]
    message = json_format.ParseDict(request, getattr(messages, described.input_type.name)())
    asked = iter([message]) if described.client_streaming else message
    return getattr(stub, method)(asked, metadata=metadata, timeout=20)


def call(method, request={}, token=None):
    metadata = [("authorization", f"Bearer {token}")] if token else []
    received = []
    try:
        answer = start(method, request, metadata)
        received = list(answer) if hasattr(answer, "__next__") else [answer]
        return {"result": "OK", "challenges": [], "received": len(received)}
    except grpc.RpcError as error:
        trailers = error.trailing_metadata() or ()
        challenges = [value for key, value in trailers if key == "www-authenticate"]
        result = {"result": error.code().name, "challenges": challenges, "details": error.details()}
        return {**result, "received": len(received)}


json.dump([call(**asked) for asked in json.load(sys.stdin)], sys.stdout)
