"""The classic builder over the API: output, images, cache, stages, failures."""

import io
import json
import re
import tarfile
from typing import Any

import pytest
from image_house import CREATED, ImageHouse, config_of, layer_of

from estiba.filesystem.tree import Tree
from estiba.http import Request, read_all


@pytest.fixture
def house() -> ImageHouse:
    house = ImageHouse()
    house.add("passwd:1", config_of([PASSWD]), [PASSWD])
    house.pull("busybox:latest", "passwd:1")
    return house


PASSWD = layer_of(
    {"etc/passwd": "root:x:0:0::/:\ndaemon:x:1:1::/:\n", "etc/group": "users:x:100:\n", "d/x": "x"}
)


def context(files: dict[str, str]) -> bytes:
    result = io.BytesIO()
    with tarfile.open(fileobj=result, mode="w") as tar:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(text), 1_600_000_000
            info.uid = info.gid = 1000
            tar.addfile(info, io.BytesIO(text.encode()))
    return result.getvalue()


def build(
    house: ImageHouse, dockerfile: str, query: str = "t=built", **files: str
) -> list[dict[str, Any]]:
    data = context({"Dockerfile": dockerfile, **files})
    answer = house.loopback.send(Request("POST", f"/build?{query}", {}, data))
    body = read_all(house.loopback, answer.body)
    if answer.status != 200:
        return [{"error": json.loads(body)["message"], "status": answer.status}]
    return [json.loads(line) for line in body.split(b"\r\n") if line]


def output(lines: list[dict[str, Any]]) -> str:
    """The stream as printed, with IDs numbered by their first appearance."""
    text = "".join(line.get("stream", "") for line in lines)
    known: dict[str, str] = {}
    return re.sub(
        r"\b[0-9a-f]{12}\b", lambda m: known.setdefault(m[0], f"<{len(known) + 1}>"), text
    )


def config(house: ImageHouse, name: str = "built") -> dict[str, Any]:
    value: dict[str, Any] = house.ask("GET", f"/images/{name}/json").json["Config"]
    return value


def steps(house: ImageHouse, name: str = "built") -> list[str]:
    return [step["CreatedBy"] for step in house.ask("GET", f"/images/{name}/history").json]


def trees_of(house: ImageHouse) -> list[Tree]:
    """The layers of what was built, top first."""
    chain = house.engine.images.get("built").chain_id
    assert chain is not None
    layers = house.engine.stores.layers.chain(chain)
    return [house.layered.layers[layer.chain_id] for layer in layers]


def test_each_step_is_told_and_becomes_an_image(house: ImageHouse) -> None:
    lines = build(house, 'FROM busybox\nRUN echo uno\nCMD ["x"]\n')
    assert output(lines) == (
        "Step 1/3 : FROM busybox\n"
        " ---> <1>\n"
        "Step 2/3 : RUN echo uno\n"
        " ---> Running in <2>\n"
        "uno\n"
        "Removing intermediate container <2>\n"
        " ---> <3>\n"
        'Step 3/3 : CMD ["x"]\n'
        " ---> Running in <4>\n"
        "Removing intermediate container <4>\n"
        " ---> <5>\n"
        "Successfully built <5>\n"
        "Successfully tagged built:latest\n"
    )
    (aux,) = [line["aux"] for line in lines if "aux" in line]
    value = house.ask("GET", "/images/built/json").json
    assert value["Id"] == aux["ID"]
    assert value["Config"]["Cmd"] == ["x"]
    assert value["ContainerConfig"]["Cmd"] == ["/bin/sh", "-c", "#(nop) ", 'CMD ["x"]']
    assert value["ContainerConfig"]["Hostname"] == value["Container"][:12]
    assert value["Config"]["Image"] == value["Parent"]
    assert steps(house)[:2] == ['/bin/sh -c #(nop)  CMD ["x"]', "/bin/sh -c echo uno"]
    assert not list(house.engine.containers.all())


def test_the_second_time_the_cache_is_used(house: ImageHouse) -> None:
    text = "FROM busybox\nRUN echo uno\nCOPY a.txt /\n"
    first = build(house, text, **{"a.txt": "a"})
    again = build(house, text, **{"a.txt": "a"})
    assert output(again).count(" ---> Using cache\n") == 2
    assert again[-2]["stream"] == first[-2]["stream"]
    other = build(house, text, **{"a.txt": "b"})
    assert output(other).count(" ---> Using cache\n") == 1
    assert "Using cache" not in output(build(house, text, "nocache=1", **{"a.txt": "a"}))


def test_cache_from_trusts_only_what_the_image_was_built_on(house: ImageHouse) -> None:
    text = "FROM busybox\nLABEL a=b\nLABEL c=d\n"
    build(house, text, "t=uno")
    build(house, "FROM busybox\nLABEL x=y\n", "t=dos")
    assert "Using cache" not in output(build(house, text, 't=tres&cachefrom=["dos"]'))
    assert output(build(house, text, 't=tres&cachefrom=["uno"]')).count("Using cache") == 2


def test_an_entrypoint_does_not_run_for_run(house: ImageHouse) -> None:
    lines = build(house, 'FROM busybox\nENTRYPOINT ["echo", "entry"]\nRUN echo uno\n')
    assert {"stream": "uno\n"} in lines
    assert config(house)["Entrypoint"] == ["echo", "entry"]


def test_settings_leave_dockers_words_in_the_history(house: ImageHouse) -> None:
    text = """FROM busybox
MAINTAINER ana
LABEL autor="ana" curso='dos palabras'
ENV UNO=1 DOS="dos tres"
ENV VIEJO estilo viejo
EXPOSE 80 443/tcp 53/udp
VOLUME ["/v1", "/v2"]
USER daemon
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s CMD true
SHELL ["/bin/sh", "-c"]
ONBUILD RUN a b
ENTRYPOINT echo tres
WORKDIR /srv
WORKDIR app
"""
    build(house, text)
    assert steps(house)[:14] == [
        "/bin/sh -c #(nop) WORKDIR /srv/app",
        "/bin/sh -c #(nop) WORKDIR /srv",
        '/bin/sh -c #(nop)  ENTRYPOINT ["/bin/sh" "-c" "echo tres"]',
        "/bin/sh -c #(nop)  ONBUILD RUN a b",
        "/bin/sh -c #(nop)  SHELL [/bin/sh -c]",
        '/bin/sh -c #(nop)  HEALTHCHECK &{["CMD-SHELL" "true"] "5s" "0s" "0s" \'\\x00\'}',
        "/bin/sh -c #(nop)  STOPSIGNAL SIGTERM",
        "/bin/sh -c #(nop)  USER daemon",
        "/bin/sh -c #(nop)  VOLUME [/v1 /v2]",
        "/bin/sh -c #(nop)  EXPOSE 443/tcp 53/udp 80",
        "/bin/sh -c #(nop)  ENV VIEJO=estilo viejo",
        "/bin/sh -c #(nop)  ENV UNO=1 DOS=dos tres",
        "/bin/sh -c #(nop)  LABEL autor=ana curso=dos palabras",
        "/bin/sh -c #(nop)  MAINTAINER ana",
    ]
    value = config(house)
    assert value["WorkingDir"] == "/srv/app"
    assert value["Cmd"] is None
    assert value["OnBuild"] == ["RUN a b"]
    assert list(value["ExposedPorts"]) == ["443/tcp", "53/udp", "80/tcp"]
    assert house.ask("GET", "/images/built/json").json["Author"] == "ana"


def test_arguments_need_an_arg_and_show_in_the_history(house: ImageHouse) -> None:
    text = "ARG BASE=nosuch\nFROM $BASE\nARG V=1\nRUN echo a\nENV W=$V\n"
    lines = build(house, text, 't=built&buildargs={"BASE":"busybox","V":"2","NO":"3"}')
    assert "[Warning] One or more build-args [NO] were not consumed\n" in output(lines)
    assert steps(house)[1] == "|1 V=2 /bin/sh -c echo a"
    assert "W=2" in config(house)["Env"]


def test_stages_give_files_to_one_another(house: ImageHouse) -> None:
    text = (
        "FROM busybox AS uno\nCOPY a.txt /b\n"
        "FROM passwd:1\nCOPY --from=uno /b /c\nCOPY --from=0 /b /e/\n"
    )
    build(house, text, **{"a.txt": "hola"})
    trees = trees_of(house)
    assert trees[0].get("e/b") is not None and trees[1].get("c") is not None
    assert house.engine.images.get("built").size == PASSWD.size + 8
    only = build(house, text, "target=uno", **{"a.txt": "hola"})
    assert "Step 2/2" in output(only)


def test_copied_files_belong_to_root_or_to_whom_it_is_said(house: ImageHouse) -> None:
    text = "FROM passwd:1\nCOPY a.txt /a\nCOPY --chown=daemon:users a.txt /b\nCOPY d /copy\n"
    build(house, text, **{"a.txt": "hola", "d/x": "1", "d/y": "2"})
    tops = trees_of(house)
    found = [tops[2].get("a"), tops[1].get("b"), tops[0].get("copy/y")]
    assert [(one.uid, one.gid, one.mtime_ns // 10**9) for one in found if one] == [  # type: ignore[union-attr]
        (0, 0, 1_600_000_000),
        (1, 100, 1_600_000_000),
        (0, 0, 1_600_000_000),
    ]
    assert re.fullmatch(
        r"/bin/sh -c #\(nop\) COPY --chown=daemon:usersfile:[0-9a-f]{64} in /b ", steps(house)[1]
    )


def test_add_unpacks_an_archive_and_copy_does_not(house: ImageHouse) -> None:
    data = context({"in/side": "x"})
    result = io.BytesIO()
    with tarfile.open(fileobj=result, mode="w") as tar:
        for name, content in (
            ("Dockerfile", b"FROM busybox\nADD t.tar /added/\nCOPY t.tar /copied/\n"),
            ("t.tar", data),
        ):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    answer = house.loopback.send(Request("POST", "/build?t=built", {}, result.getvalue()))
    read_all(house.loopback, answer.body)
    top, below, *_ = trees_of(house)
    assert below.get("added/in/side") is not None
    assert top.get("copied/t.tar") is not None


def test_triggers_of_the_base_run_first(house: ImageHouse) -> None:
    build(house, "FROM busybox\nONBUILD RUN echo disparado\n", "t=base")
    lines = build(house, "FROM base\nRUN echo propio\n")
    text = output(lines)
    assert "# Executing 1 build trigger\n ---> Running in <1>\ndisparado\n" in text
    assert steps(house)[:2] == ["/bin/sh -c echo propio", "/bin/sh -c echo disparado"]
    assert config(house)["OnBuild"] is None


def test_a_failing_command_ends_the_build_and_leaves_its_container(house: ImageHouse) -> None:
    lines = build(house, "FROM busybox\nRUN exit 3\nRUN echo nunca\n")
    message = "The command '/bin/sh -c exit 3' returned a non-zero code: 3"
    assert lines[-1] == {"errorDetail": {"code": 3, "message": message}, "error": message}
    assert len(list(house.engine.containers.all())) == 1
    build(house, "FROM busybox\nRUN exit 3\n", "forcerm=1")
    assert len(list(house.engine.containers.all())) == 1
    assert house.ask("GET", "/images/built/json").status == 404


def test_standard_error_is_red(house: ImageHouse) -> None:
    lines = build(house, "FROM busybox\nRUN echo mal >&2\n")
    assert {"stream": "\x1b[91mmal\n\x1b[0m"} in lines


def test_quiet_tells_the_id_only(house: ImageHouse) -> None:
    lines = build(house, "FROM busybox\nLABEL a=b\n", "q=1")
    image = next(iter(house.engine.stores.images)).id
    assert lines == [{"stream": f"{image}\n"}]


def test_labels_of_the_query_are_one_more_step_each(house: ImageHouse) -> None:
    lines = build(house, "FROM busybox\n", 't=built&labels={"b":"2","a":"$x"}')
    assert "Step 2/3 : LABEL a=$x\n" in output(lines)
    assert config(house)["Labels"] == {"a": "$x", "b": "2"}


@pytest.mark.parametrize(
    ("dockerfile", "message"),
    [
        (
            "FROM busybox\nCOPY nosuch /x\n",
            "COPY failed: file not found in build context or excluded by .dockerignore: "
            "stat nosuch: file does not exist",
        ),
        (
            "FROM busybox\nCOPY ../etc/passwd /x\n",
            "COPY failed: forbidden path outside the build context: ../etc/passwd ()",
        ),
        ("FROM busybox\nCOPY nosuch* /x\n", "COPY failed: no source files were specified"),
        (
            "FROM busybox\nCOPY a.txt b.txt /x\n",
            "When using COPY with more than one source file, the destination must be a "
            "directory and end with a /",
        ),
        ("FROM scratch\n", "No image was generated. Is your Dockerfile empty?"),
        ("FROM busybox\nEXPOSE abc\n", "Invalid containerPort: abc"),
        ("FROM busybox\nSTOPSIGNAL NOPE\n", "Invalid signal: NOPE"),
        (
            "FROM busybox\nFROM Busybox\n",
            "invalid reference format: repository name must be lowercase",
        ),
        (
            "FROM busybox\nRUN --mount=type=cache,target=/x true\n",
            "the --mount option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ "
            "to learn how to build images with BuildKit enabled",
        ),
        ("FROM busybox AS a\nFROM busybox AS a\n", "a stage name already used"),
        (
            "FROM busybox\nCOPY --from=0 /a /b\n",
            "invalid from flag value 0: refers to current build stage",
        ),
        ("FROM busybox\nCOPY --from=7 /a /b\n", "invalid from flag value 7: index out of bounds"),
        (
            "FROM nosuch\n",
            "pull access denied for nosuch, repository does not exist or may require "
            "'docker login': denied: requested access to the resource is denied",
        ),
        (
            'FROM busybox\nRUN ["nosuch"]\n',
            "failed to create shim task: OCI runtime create failed: runc create failed: unable to "
            'start container process: exec: "nosuch": executable file not found in $PATH: unknown',
        ),
    ],
)
def test_what_goes_wrong_on_the_way(house: ImageHouse, dockerfile: str, message: str) -> None:
    lines = build(house, dockerfile, **{"a.txt": "a", "b.txt": "b"})
    assert lines[-1]["error"] == message


@pytest.mark.parametrize(
    ("dockerfile", "message"),
    [
        ("", "the Dockerfile (Dockerfile) cannot be empty"),
        ("# nada\n", "failed to parse Dockerfile: file with no instructions"),
        ("RUN true\n", "no build stage in current context"),
        (
            "FROM busybox\nRUN <<EOT\necho a\nEOT\n",
            "dockerfile parse error line 3: unknown instruction: ECHO",
        ),
    ],
)
def test_what_goes_wrong_before_anything_is_said(
    house: ImageHouse, dockerfile: str, message: str
) -> None:
    assert build(house, dockerfile) == [{"error": message, "status": 400}]
    assert build(house, "FROM busybox", "target=no")[0]["error"] == (
        "failed to reach build target no in Dockerfile"
    )


def test_from_scratch_has_a_path_and_no_parent(house: ImageHouse) -> None:
    lines = build(house, "FROM scratch\nCOPY a.txt /\n", **{"a.txt": "a"})
    assert output(lines).startswith("Step 1/2 : FROM scratch\n ---> \nStep 2/2")
    value = house.ask("GET", "/images/built/json").json
    assert (value["Parent"], len(value["RootFS"]["Layers"])) == ("", 1)
    assert value["Config"]["Env"] == [
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    ]


def test_the_dockerfile_itself_can_be_ignored(house: ImageHouse) -> None:
    build(house, "FROM busybox\nCOPY . /ctx\n", **{".dockerignore": "Dockerfile\n", "a": "1"})
    assert [path for path, _ in trees_of(house)[0].walk()] == ["ctx", "ctx/.dockerignore", "ctx/a"]


def test_commit_keeps_what_a_container_wrote(house: ImageHouse) -> None:
    container = house.run("true", name="cc")
    house.wait(container)
    mount = house.layered.mounts[container]
    file = mount.open("/nuevo", 1)
    file.write(b"hola")
    file.close()
    path = "/commit?container=cc&repo=img&tag=1&comment=m&author=a&changes=ENV%20A=1"
    answer = house.ask("POST", path)
    value = house.ask("GET", "/images/img:1/json").json
    assert (answer.status, answer.json) == (201, {"Id": value["Id"]})
    assert (value["Author"], value["Comment"], value["Container"]) == ("a", "m", container)
    assert value["Config"]["Hostname"] == container[:12]
    assert value["Parent"] == house.busybox.id
    assert value["Size"] == house.base.size + 4
    assert "A=1" in value["Config"]["Env"]
    step = house.ask("GET", "/images/img:1/history").json[0]
    assert (step["CreatedBy"], step["Size"], step["Comment"]) == ("true", 4, "m")
    assert value["Created"] > CREATED


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("container=nosuch", 404, "No such container: nosuch"),
        ("container=cc&changes=RUN%20ls", 400, "run is not a valid change command"),
        (
            "container=cc&changes=STOPSIGNAL%20SIGINT",
            400,
            "stopsignal is not a valid change command",
        ),
        ("container=cc&changes=ENV", 400, "ENV requires at least one argument"),
    ],
)
def test_a_bad_commit_changes_nothing(
    house: ImageHouse, query: str, status: int, message: str
) -> None:
    house.create("true", name="cc")
    before = house.names("?all=1")
    answer = house.ask("POST", f"/commit?{query}")
    assert (answer.status, answer.message) == (status, message)
    assert house.names("?all=1") == before


def test_a_commit_whose_name_is_refused_leaves_an_image_without_one(house: ImageHouse) -> None:
    house.create("true", name="cc")
    before = house.names("?all=1")
    answer = house.ask("POST", "/commit?container=cc&repo=Img")
    assert (answer.status, answer.message) == (
        500,
        "invalid reference format: repository name must be lowercase",
    )
    assert house.names("?all=1") == ["<none>:<none>", *before]


def test_cache_sources_that_are_not_there_mean_no_cache(house: ImageHouse) -> None:
    steps = "FROM busybox\nENV A=1\nENV B=2\n"
    build(house, steps)
    assert output(build(house, steps)).count("Using cache") == 2
    assert output(build(house, steps, 't=b&cachefrom=["built"]')).count("Using cache") == 2
    assert output(build(house, steps, 't=b&cachefrom=["nosuch"]')).count("Using cache") == 0
