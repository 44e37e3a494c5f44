"""What mutants are planted into: a build whose programs and tests are linked with shared libraries
(REASSESS_EXCHANGE), so that a mutant costs one object and one link, and no program is linked again.
Mutants are compiled beside the tree, which is left as it is.
"""
import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, Optional

LIBRARIES = ("libreassess.so", "libreassess_cli.so")
CUDA_TESTS = ("tests/cuda/test_cuda_program",) # commands on the executor
# Of kernels (what they run of host/, the suite of engines runs too), of the executor itself, of
# machine code, of a file that is compiled a second time, and of an installed library.
OTHER_TESTS = ("tests/cuda", "tests/simt", "tests/sass", "tests/plugin", "tests/test_install")
FILE_DOES = ("-MF", "-MT", "-o", "-c")  # with the word behind them, of a compile command


class Made(NamedTuple):
    """What became of a changed source: "no C", "same code", or a library to try."""
    state: str
    library: str = ""
    path: Optional[Path] = None
    clean: Optional[Path] = None  # what is put back; None: the library as it was built
    watched: bool = False         # by AddressSanitizer


def run_quietly(command: list, folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit(f"mutate_host: {' '.join(map(str, command))}\n{done.stdout.decode()}"
                 f"{done.stderr.decode()}")
    return done.stdout.decode()


class Place:
    def __init__(self, root: Path, jobs: int):
        self.root, self.jobs = root, jobs
        self.build, self.scratch = root / "build/exchange", root / "build/mutation"
        self.python = python_with_numpy() # for the tests of the Python package
        self.source = {str(path.relative_to(root)): path.read_text()
                       for path in sorted(root.glob("host/*/*.c"))}
        self.compile: dict = {}  # of a file: the words that compile it
        self.link: dict = {}     # of a library: the line that links it
        self.clean: dict = {}    # of a file: hash of its object as it is

    def prepare(self, words: list) -> list:
        """Builds the code as it is. Gives the test programs, seen from the build, that hold one of
        the words."""
        lld = ["-DCMAKE_SHARED_LINKER_FLAGS=-fuse-ld=lld"] if shutil.which("ld.lld") else []
        compiled = os.environ.get("REASSESS_TEST_OBJECTS", "") # test code that a build has made
        run_quietly(["cmake", "--preset", "release", "-B", str(self.build),
                     "-DREASSESS_CUDA_FEW=ON", "-DREASSESS_EXCHANGE=ON", "-DREASSESS_TEST_GROUP=8",
                     f"-DREASSESS_TEST_OBJECTS={compiled}",
                     "-DCMAKE_C_FLAGS=-g -fno-semantic-interposition", *lld], self.root)
        lines = run_quietly(["ninja", "-C", str(self.build), "-t", "targets", "all"], self.root)
        programs = [line.split(":")[0] for line in lines.splitlines() if is_test_program(line)]
        programs = [name for name in programs if any(word in name for word in words)]
        run_quietly(["ninja", "-C", str(self.build), "reassess", *programs], self.root)
        for entry in json.loads((self.build / "compile_commands.json").read_text()):
            file = os.path.relpath(entry["file"], self.root)
            if file.startswith("host/"):
                self.compile[file] = words_to_compile(entry["command"])
        for library in LIBRARIES:
            told = run_quietly(["ninja", "-C", str(self.build), "-t", "commands", library],
                               self.root)
            self.link[library] = told.strip().splitlines()[-1]
            shutil.copy(self.build / library, self.scratch / library)
        return programs

    def library_of(self, file: str) -> str:
        return LIBRARIES[file.startswith("host/cli/")]

    def object_of(self, file: str) -> str:
        target = "reassess_cli" if file.startswith("host/cli/") else "reassess_objects"
        return f"CMakeFiles/{target}.dir/{file}.o"

    def compile_to(self, file: str, source: Path, made: Path, *more: str) -> bool:
        done = subprocess.run([*self.compile[file], *more, "-o", str(made), "-c", str(source)],
                              cwd=self.build, capture_output=True, check=False)
        return done.returncode == 0

    def link_to(self, library: str, objects: dict, made: Path, more: str = "") -> None:
        target = f" -o {shlex.quote(str(made))} {more} "
        line = self.link[library].replace(f" -o {library} ", target)
        for old, new in objects.items():
            line = line.replace(f" {old} ", f" {shlex.quote(str(new))} ")
        run_quietly(["sh", "-c", line], self.build)

    def hash_of(self, made: Path) -> str:
        run_quietly(["strip", "-g", str(made)], self.root)
        return hashlib.sha256(made.read_bytes()).hexdigest()

    def make(self, file: str, text: str, slot: str) -> Made:
        """A library in which FILE has this text. Each slot is used by one thread."""
        source = self.scratch / slot / file
        made = self.scratch / slot / "made.o"
        source.parent.mkdir(parents=True, exist_ok=True)
        if file not in self.clean:
            source.write_text(self.source[file])
            if not self.compile_to(file, source, made):
                sys.exit(f"mutate_host: {file} does not compile")
            self.clean[file] = self.hash_of(made)
        source.write_text(text)
        if not self.compile_to(file, source, made):
            return Made("no C")
        if self.hash_of(made) == self.clean[file]:
            return Made("same code")
        library = self.library_of(file)
        path = self.scratch / slot / library
        self.link_to(library, {self.object_of(file): made}, path)
        return Made("made", library, path)

    def make_watched(self, file: str, text: str) -> Made:
        """The same under AddressSanitizer, as far as this file goes; and the code as it is so."""
        paths, library = {}, self.library_of(file)
        for name, content in (("clean", self.source[file]), ("mutant", text)):
            folder = self.scratch / "watched" / name
            source, made = folder / file, folder / "made.o"
            source.parent.mkdir(parents=True, exist_ok=True)
            source.write_text(content)
            if not self.compile_to(file, source, made, "-O1", "-g1", "-fsanitize=address"):
                return Made("no C")
            paths[name] = folder / library
            self.link_to(library, {self.object_of(file): made}, paths[name])
        return Made("made", library, paths["mutant"], paths["clean"], True)

    def put(self, library: str, path: Optional[Path]) -> None:
        """Every program finds this library from now on; without one that of the code as it is."""
        new = self.build / (library + ".new")
        shutil.copy(path or self.scratch / library, new)
        new.replace(self.build / library)


def is_test_program(line: str) -> bool:
    name, _, rule = line.partition(": ")
    return (rule.startswith(("C_EXECUTABLE_LINKER", "CXX_EXECUTABLE_LINKER")) and
            name.split("/")[-1].startswith(("test_", "replay_")) and
            (name in CUDA_TESTS or not name.startswith(OTHER_TESTS)))


def python_with_numpy() -> str:
    """As tests/python/run.sh chooses one; nothing where there is none."""
    for python in (os.environ.get("REASSESS_PYTHON", ""), "python3", "/usr/bin/python3"):
        if python and shutil.which(python) and subprocess.run(
                [python, "-c", "import numpy"], capture_output=True, check=False).returncode == 0:
            return python
    return ""


def words_to_compile(command: str) -> list:
    """Of the command of a build: without a cache, which would only be filled, and without files."""
    words = shlex.split(command)
    words = words[1:] if words[0].endswith("ccache") else words
    kept, i = [], 0
    while i < len(words):
        if words[i] in FILE_DOES:
            i += 2
            continue
        if words[i] != "-MD":
            kept.append(words[i])
        i += 1
    return kept
