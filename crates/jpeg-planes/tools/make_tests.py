"""Makes the small JPEGs of tests/kinds with cjpeg from a drawn picture, and the checksums of libjpeg-turbo's planes for
them and for a folder of pictures, the corpus: tests/golden/{kinds,corpus}.tsv (path, then size and CRC-32 of every plane).

From this crate's folder, with libjpeg-turbo-progs, libturbojpeg0-dev, Pillow and numpy:
    cc -O2 tools/reference.c -o target/reference -ljpeg -lturbojpeg && python3 tools/make_tests.py CORPUS
"""
import os, random, subprocess, sys, zlib
import numpy as np
from PIL import Image
Image.MAX_IMAGE_PIXELS = None
random.seed(7); rng = np.random.default_rng(7)
y, x = np.mgrid[0:64, 0:64]
drawn = np.stack([x * 4, y * 4, (x * y) // 16], -1) + rng.integers(-20, 20, (64, 64, 3))
drawn[20:40, 10:50] = (230, 40, 60); drawn[((x - 40) ** 2 + (y - 40) ** 2) < 150] = (10, 200, 240)
drawn = Image.fromarray(drawn.clip(0, 255).astype(np.uint8))
open('/tmp/scans.txt', 'w').write('0;\n1;\n2;\n'); open('/tmp/partly.txt', 'w').write('0;\n1 2;\n')
options = {'base': [], 'opt': ['-optimize'], 'prog': ['-progressive'], 'arith': ['-arithmetic'],
           'arithprog': ['-arithmetic', '-progressive'], 'rst': ['-restart', '1b'], 'progrst': ['-progressive', '-restart', '3b'],
           'arithrst': ['-arithmetic', '-restart', '4b'], 'scans': ['-scans', '/tmp/scans.txt'],
           'partly': ['-scans', '/tmp/partly.txt'], 'grey': ['-grayscale'], 'rgb': ['-rgb']}
samples = ['1x1', '2x1', '1x2', '2x2', '3x1', '1x3', '4x1', '1x4', '4x2', '3x2', '2x2,1x2,2x1', '1x1,2x2,1x1']
for at, sample in enumerate(samples):
    for kind in random.sample(list(options), 5) if at else options:
        w, h = random.randint(1, 60), random.randint(1, 60)
        drawn.crop((0, 0, w, h)).save('/tmp/in.ppm')
        name = f'tests/kinds/{kind}_{sample.replace(",", "_")}_{w}x{h}.jpg'
        subprocess.run(['cjpeg', '-quality', random.choice(['50', '90', '100']), '-sample', sample, *options[kind], '-outfile', name, '/tmp/in.ppm'], check=True)

def golden(folder, out):
    lines = []
    for root, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            path = os.path.join(root, name)
            if open(path, 'rb').read(2) != b'\xff\xd8': continue
            run = subprocess.run(['target/reference', 'raw', path, '1', '/tmp/golden.bin'], capture_output=True)
            if run.returncode: continue
            data, at, planes = open('/tmp/golden.bin', 'rb').read(), 0, []
            while at < len(data):
                end = data.index(b'\n', at)
                w, h, _ = map(int, data[at:end].split())
                planes.append(f'{w}x{h}:{zlib.crc32(data[end + 1:end + 1 + w * h]):08x}')
                at = end + 1 + w * h
            lines.append('\t'.join([os.path.relpath(path, folder), *planes]))
    open(out, 'w').write('\n'.join(lines) + '\n')
golden('tests/kinds', 'tests/golden/kinds.tsv')
golden(sys.argv[1], 'tests/golden/corpus.tsv')
