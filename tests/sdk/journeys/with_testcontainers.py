"""A small journey with testcontainers: a web server that is waited for, a program's output, files, cleaning up."""

import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory

from testcontainers.core.container import DockerContainer
from testcontainers.core.image import DockerImage
from testcontainers.core.network import Network
from testcontainers.core.waiting_utils import wait_for_logs


def a_server_is_reached() -> None:
    with DockerContainer("httpd:2.4").with_exposed_ports(80) as web:
        wait_for_logs(web, "resuming normal operations", timeout=20)
        port = web.get_exposed_port(80)
        page = urllib.request.urlopen(f"http://{web.get_container_host_ip()}:{port}").read()
        assert b"It works!" in page, page
        code, output = web.exec(["sh", "-c", "echo $HTTPD_VERSION"])
        assert (code, output[:4]) == (0, b"2.4."), (code, output)


def an_image_is_built_and_run() -> None:
    with TemporaryDirectory() as context:
        Path(context, "Dockerfile").write_text('FROM busybox\nCOPY hola /\nCMD ["cat", "/hola"]\n')
        Path(context, "hola").write_text("hola\n")
        with (
            DockerImage(path=context, tag="propia:1") as image,
            DockerContainer(str(image)) as made,
        ):
            assert made.get_wrapped_container().wait()["StatusCode"] == 0
            assert made.get_logs() == (b"hola\n", b""), made.get_logs()


def names_are_known_on_a_network() -> None:
    with Network() as network:
        server = DockerContainer("busybox").with_command("sleep 300").with_network(network)
        with server.with_network_aliases("servidor"):
            asking = DockerContainer("busybox").with_network(network).with_env("QUIEN", "servidor")
            with asking.with_command(["sh", "-c", "ping -c1 $QUIEN"]) as client:
                assert client.get_wrapped_container().wait()["StatusCode"] == 0
                assert b"1 packets received" in client.get_logs()[0]


a_server_is_reached()
an_image_is_built_and_run()
names_are_known_on_a_network()
print("done")
