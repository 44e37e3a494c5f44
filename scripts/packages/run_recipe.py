"""Runs the Spack recipe beside a stand-in for the words of Spack that it uses.

Spack is in no package registry. What is held here without it: the recipe is a class that asks for
nothing unknown, each of its variants is used, and what it tells CMake are options that
CMakeLists.txt has, with values that follow the variants.
"""

import os
import re
import sys
import types

HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.join(HERE, "..", "..")
RECIPE = os.path.join(HERE, "spack", "packages", "reassess", "package.py")

said = {"variant": {}, "depends_on": [], "version": [], "license": [], "generator": []}


class CMakePackage:
    def define(self, name, value):
        return f"-D{name}={value}"

    def define_from_variant(self, name, variant):
        return self.define(name, "ON" if f"+{variant}" in self.spec else "OFF")


class Spec(set):
    """What a user asked for: "+cuda"; and where dependencies are."""

    def __getitem__(self, name):
        if not any(words.split("@")[0].split()[0] == name for words, _ in said["depends_on"]):
            sys.exit(f"run_recipe: {name} is no dependency")
        return types.SimpleNamespace(libs=[f"/opt/{name}/lib{name}.so"])


def words_of_spack():
    module = types.ModuleType("spack.package")
    module.CMakePackage = CMakePackage
    module.which = lambda path: lambda *words: None
    module.variant = lambda name, default, description: said["variant"].update({name: default})
    module.depends_on = lambda spec, type=None, when=None: said["depends_on"].append((spec, when))
    for name in ("version", "license", "generator"):
        setattr(module, name, lambda *words, _name=name, **more: said[_name].append(words))
    return module


def options_of_cmake():
    with open(os.path.join(TREE, "CMakeLists.txt"), encoding="utf-8") as file:
        return set(re.findall(r"^(?:option|set)\((\w+) ", file.read(), re.M))


def main():
    sys.modules["spack"] = types.ModuleType("spack")
    sys.modules["spack.package"] = words_of_spack()
    with open(RECIPE, encoding="utf-8") as file:
        made = {}
        exec(compile(file.read(), RECIPE, "exec"), made)
    package = made["Reassess"]()
    package.prefix = types.SimpleNamespace(bin=types.SimpleNamespace(reassess="/bin/reassess"))
    for name in said["variant"]:
        given = {}
        for spec in (Spec(), Spec({f"+{name}"})):
            package.spec = spec
            given[len(spec)] = package.cmake_args()
        if given[0] == given[1]:
            sys.exit(f"run_recipe: the variant {name} changes nothing")
        for option in given[0] + given[1]:
            if re.match(r"-D(\w+)=", option).group(1) not in options_of_cmake():
                sys.exit(f"run_recipe: CMakeLists.txt has no option of {option}")
    for words, when in said["depends_on"]:
        if when is not None and when.lstrip("+") not in said["variant"]:
            sys.exit(f"run_recipe: {words} depends on {when}, which is no variant")
    set_to = {}
    package.setup_run_environment(types.SimpleNamespace(set=set_to.__setitem__))
    if not set_to.get("REASSESS_OPENBLAS", "").endswith("libopenblas.so"):
        sys.exit("run_recipe: OpenBLAS is not named for the program")
    package.test_info()
    variants = ", ".join(said["variant"])
    print(f"run_recipe: {len(said['depends_on'])} dependencies, variants {variants}")


main()
