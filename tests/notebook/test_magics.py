"""What cells of a notebook do, in an IPython of this process."""

from collections.abc import Iterator

import pytest

IPython = pytest.importorskip("IPython")

from IPython.testing.globalipapp import start_ipython  # noqa: E402
from IPython.utils.capture import CapturedIO, capture_output  # noqa: E402

from estiba.notebook import current  # noqa: E402
from estiba.notebook.session import begin  # noqa: E402


class Notebook:
    """Runs cells and gives what they show."""

    def __init__(self) -> None:
        self._shell = IPython.get_ipython() or start_ipython()  # type: ignore[no-untyped-call]
        self._shell.run_line_magic("load_ext", "estiba")

    def run(self, cell: str) -> CapturedIO:
        with capture_output() as shown:
            result = self._shell.run_cell(cell)
        assert result.error_in_exec is None and result.error_before_exec is None
        return shown


@pytest.fixture
def notebook() -> Iterator[Notebook]:
    made = Notebook()
    made.run("%estiba --seed test --lang en")
    yield made
    begin(None, "es")


def test_a_cell_is_typed_line_by_line(notebook: Notebook) -> None:
    shown = notebook.run(
        "%%docker\ndocker pull -q ubuntu\ndocker run --rm -it ubuntu\necho hi\nexit"
    )
    head, *rest = shown.stdout.splitlines()
    assert head == "$ docker pull -q ubuntu"
    assert rest[1] == "$ docker run --rm -it ubuntu"
    assert rest[2].endswith(":/# echo hi")
    assert rest[3] == "hi"


def test_one_command_is_a_line_magic(notebook: Notebook) -> None:
    assert notebook.run("%docker images -q").stdout == "$ docker images -q\n"


def test_a_seed_makes_a_notebook_repeat_itself(notebook: Notebook) -> None:
    cell = "%%docker\ndocker run -d ubuntu sleep 1\ndocker ps -a --no-trunc"
    first = notebook.run(cell).stdout
    notebook.run("%estiba --seed test")
    assert notebook.run(cell).stdout == first


def test_time_passes_before_a_cell_that_says_so(notebook: Notebook) -> None:
    notebook.run("%%docker\ndocker create --name box ubuntu")
    shown = notebook.run("%%docker --after 600\ndocker ps -a --format '{{.RunningFor}}'")
    assert shown.stdout.endswith("\n10 minutes ago\n")


def test_why_and_pictures_speak_the_sessions_language(notebook: Notebook) -> None:
    notebook.run("%docker pull -q ubuntu")
    assert "the files of layer" in notebook.run("%why 811B").stdout
    (picture,) = notebook.run("%picture stack ubuntu").outputs
    assert "Layers of ubuntu:latest" in picture.data["image/svg+xml"]
    assert picture.data["text/html"].startswith("<figure")
    assert "72.9MB" in picture.data["text/plain"]


def test_a_picture_beside_the_output(notebook: Notebook) -> None:
    shown = notebook.run("%%docker --picture names ubuntu\ndocker pull -q ubuntu")
    assert len(shown.outputs) == 1


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("%picture stack nothing", "estiba: Error response from daemon: no such image: nothing"),
        ("%picture dance", "estiba: argument KIND: invalid choice: 'dance'"),
        ("%estiba --colour red", "estiba: --colour: not known"),
        ("%estiba --lang fr", "estiba: --lang fr: es or en"),
    ],
)
def test_what_goes_wrong_is_a_sentence(notebook: Notebook, cell: str, told: str) -> None:
    shown = notebook.run(cell)
    assert shown.stderr.startswith(told)
    assert "Traceback" not in shown.stderr


def test_the_docker_sdk_works_on_the_same_engine(notebook: Notebook) -> None:
    docker = pytest.importorskip("docker")
    notebook.run("%docker pull -q ubuntu")
    shown = notebook.run(
        "from estiba.notebook import client\n"
        "sdk = client()\n"
        "print(sdk.containers.run('ubuntu', 'echo hi', remove=True))\n"
        "box = sdk.containers.run('ubuntu', 'sleep 1000', detach=True, name='box')\n"
        "print(box.exec_run('cat /etc/hostname').output.decode().strip() == box.short_id)\n"
        "box.stop()\n"
        "print([image.tags for image in sdk.images.list()])\n"
    )
    assert shown.stdout.splitlines() == ["b'hi\\n'", "True", "[['ubuntu:latest']]"]
    assert notebook.run("%docker ps -a --format '{{.Names}}'").stdout.endswith("\nbox\n")
    assert docker.__version__
    assert current().address is not None
