"""Builds the wheel for `pip install .`, with nothing but a C compiler and the C library.

The library is that of a build tree: $DOTGRAD_BUILD, `build`, or this folder; it comes into the wheel. Where there is
no build tree it is the one that is installed, as pkg-config says, which stays where it is.
"""

import base64
import hashlib
import os
import pathlib
import re
import subprocess
import sysconfig
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ROOT / 'src' / 'python'


def version():
    return re.search(r'AC_INIT\(\[dotgrad\], \[([^]]*)\]', (ROOT / 'configure.ac').read_text()).group(1)


def metadata():
    return (SOURCES / 'METADATA.in').read_text().replace('@PACKAGE_VERSION@', version())


def build_tree():
    """The folder with a built library; None where there is none."""
    for folder in (os.environ.get('DOTGRAD_BUILD'), ROOT / 'build', ROOT):
        if folder and (pathlib.Path(folder) / '.libs' / 'libdotgrad.so').exists():
            return pathlib.Path(folder)
    return None


def library_flags(tree):
    if tree:
        return [f'-L{tree / ".libs"}', '-ldotgrad', '-Wl,-rpath,$ORIGIN']
    try:
        return subprocess.run(['pkg-config', '--libs', 'dotgrad'], check=True, capture_output=True,
                              text=True).stdout.split()
    except (OSError, subprocess.CalledProcessError) as error:
        raise SystemExit('dotgrad: the C library is neither built (./samples/run, or configure and make in build/) '
                         f'nor installed (pkg-config says: {error})') from error


def compile_extension(output, tree):
    compiler = os.environ.get('CC', 'cc').split()
    subprocess.run([*compiler, '-shared', '-fPIC', '-O2', '-std=c11', '-fvisibility=hidden',
                    '-DPy_LIMITED_API=0x030b0000', '-D_XOPEN_SOURCE=700', f'-I{ROOT / "include"}', f'-I{ROOT / "src"}',
                    f'-I{sysconfig.get_path("include")}', *os.environ.get('CFLAGS', '').split(),
                    *map(str, sorted(SOURCES.glob('*.c'))), '-o', str(output), *library_flags(tree)], check=True)


def files_of_wheel(folder):
    """The files of the wheel: their names there, and their bytes."""
    tree = build_tree()
    extension = folder / '_core.abi3.so'
    compile_extension(extension, tree)
    for path in sorted((SOURCES / 'dotgrad').iterdir()):
        if path.suffix in ('.py', '.pyi') or path.name == 'py.typed':
            yield f'dotgrad/{path.name}', path.read_bytes()
    yield 'dotgrad/_core.abi3.so', extension.read_bytes()
    if tree:
        library = (tree / '.libs' / 'libdotgrad.so').resolve()
        yield 'dotgrad/libdotgrad.so.1', library.read_bytes()
    info = f'dotgrad-{version()}.dist-info'
    yield f'{info}/METADATA', metadata().encode()
    yield f'{info}/WHEEL', f'Wheel-Version: 1.0\nGenerator: dotgrad\nRoot-Is-Purelib: false\nTag: {tag()}\n'.encode()


def tag():
    return f'cp311-abi3-{sysconfig.get_platform().replace("-", "_").replace(".", "_")}'


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name = f'dotgrad-{version()}-{tag()}.whl'
    record = f'dotgrad-{version()}.dist-info/RECORD'
    rows = []
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(
            os.path.join(wheel_directory, name), 'w', zipfile.ZIP_DEFLATED) as wheel:
        for path, data in files_of_wheel(pathlib.Path(folder)):
            wheel.writestr(path, data)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()
            rows.append(f'{path},sha256={digest},{len(data)}\n')
        wheel.writestr(record, ''.join(rows) + f'{record},,\n')
    return name


def build_sdist(sdist_directory, config_settings=None):
    raise SystemExit('dotgrad: the source distribution is made by `make dist`')
