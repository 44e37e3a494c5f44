# The Spack recipe. In the root of the tree:
#
#     spack repo add scripts/packages/spack
#     spack install reassess@main +cuda      # of this tree: spack dev-build reassess@main
from spack.package import *


class Reassess(CMakePackage):
    """Scores image classifiers against the reassessed labels of ImageNet."""

    license("Apache-2.0")

    version("main", branch="main", git=".")

    variant("cuda", default=False, description="The CUDA engine")
    variant("shared", default=False, description="libreassess as a shared library")

    depends_on("c", type="build")
    depends_on("cxx", type="build", when="+cuda")
    depends_on("cmake@3.22:", type="build")
    depends_on("ninja", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("cjson")
    depends_on("libzip")
    depends_on("zlib-api")
    depends_on("libdeflate")
    depends_on("xxhash")
    depends_on("openblas threads=pthreads", type="run")
    depends_on("cuda@12:", when="+cuda")

    generator("ninja")

    def cmake_args(self):
        return [
            self.define("REASSESS_CUDA", "ON" if "+cuda" in self.spec else "OFF"),
            self.define_from_variant("BUILD_SHARED_LIBS", "shared"),
        ]

    def setup_run_environment(self, env):
        # opened at run time, for products of matrices
        env.set("REASSESS_OPENBLAS", self.spec["openblas"].libs[0])

    def test_info(self):
        """the program starts"""
        reassess = which(self.prefix.bin.reassess)
        reassess("info")
