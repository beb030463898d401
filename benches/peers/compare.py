"""Runs both sides in turn and prints one table. `run` beside this file installs what it needs and calls it.

Two encoders' qualities of one number are not of one size. So each rendition is judged twice: as it comes, and at sharp's
bytes, between our two qualities that weigh just less and just more."""

import argparse
import dataclasses
import hashlib
import json
import math
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile

import pictures

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# How far our rendition may be behind sharp's of as many bytes before the table marks it.
LEAST = {"ssim": -0.0025, "ssimulacra2": -0.8}


@dataclasses.dataclass(frozen=True)
class Work:
    """A row: the same work asked of both sides. `count` is how often a process does it in a round."""

    name: str
    label: str
    picture: str
    ours: tuple[str, ...]
    sharp: tuple[str, ...]
    count: int
    measure: str = "cpu"
    jobs: int = 1


VARIANTS = ("variants",)
AVIF = ("transform", "--width", "1920", "--height", "1920", "--format", "avif")
# The quality at which sharp's picture is about as good as ours.
AVIF_0 = (*AVIF, "--effort", "0", "--quality", "70")
SMALL = ("transform", "--width", "400")
WORKS = [
    Work("phone", "12 MP JPEG, sRGB profile → 3 variants + EXIF + hash", "phone.jpg", VARIANTS, VARIANTS, 3),
    Work("untagged", "12 MP JPEG, no profile → the same", "untagged.jpg", VARIANTS, VARIANTS, 3),
    Work("untagged24", "24 MP JPEG, no profile → the same", "untagged24.jpg", VARIANTS, VARIANTS, 3),
    Work("two", "12 MP JPEG, sRGB profile, two at a time: images/s", "phone.jpg", VARIANTS, VARIANTS, 8, "rate", 2),
    Work("png-small", "1024² PNG → thumb + medium", "small.png", VARIANTS, VARIANTS, 8),
    Work("png-large", "12 MP PNG → 3 variants", "large.png", VARIANTS, VARIANTS, 2),
    Work("jpeg-small", "600×400 JPEG → thumb", "small.jpg", VARIANTS, VARIANTS, 60),
    Work("transform", "12 MP JPEG → transform w=400 webp", "phone.jpg", SMALL, SMALL, 5),
    Work("heic", "12 MP HEIC, one piece → 3 variants", "made.heic", VARIANTS, ("heic",), 2),
    Work("heic-iphone", "12 MP HEIC, 48 tiles, Display P3 → 3 variants", "iphone.heic", VARIANTS, ("heic",), 2),
    Work("avif", "12 MP JPEG → AVIF 1920 q=85", "phone.jpg", AVIF, AVIF, 1),
    Work("avif-0", "12 MP JPEG → AVIF 1920 q=85 (sharp: effort 0, q=70)", "phone.jpg", AVIF, AVIF_0, 2),
    Work("rss", "the same JPEG alone: peak RSS over idle", "phone.jpg", VARIANTS, VARIANTS, 1, "memory"),
    Work("rss-two", "the same JPEG, two at a time: peak RSS over idle", "phone.jpg", VARIANTS, VARIANTS, 4, "memory", 2),
]
SIDES = ("sharp", "ours")


class Bench:
    """Where things are, and what has been measured."""

    def __init__(self, scratch: pathlib.Path, files: dict[str, pathlib.Path]):
        self.scratch = scratch
        self.files = files
        self.runs: dict[tuple[str, str], list[dict]] = {}
        self.errors: dict[tuple[str, str], str] = {}
        self.judged: dict[str, dict] = {}

    def measure(self, work: Work, side: str) -> None:
        key = (work.name, side)
        if key in self.errors:
            return
        out = self.scratch / work.name / side
        out.mkdir(parents=True, exist_ok=True)
        program = ["node", str(HERE / "sharp.cjs")] if side == "sharp" else [os.environ["PEERS_PROGRAM"]]
        asked, *options = work.sharp if side == "sharp" else work.ours
        command = [*program, asked, str(self.files[work.picture]), *options, "--out", str(out)]
        command += ["--count", str(work.count), "--jobs", str(work.jobs)]
        # Memory is that of a process that does nothing before; and what takes seconds needs no warming up.
        if work.measure != "memory" and work.count > 1:
            command.append("--warm-up")
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
        if done.returncode == 0:
            self.runs.setdefault(key, []).append(json.loads(done.stdout))
        else:
            lines = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
            self.errors[key] = lines[-1]

    def values(self, work: Work, side: str, what: str) -> list[float]:
        runs = self.runs.get((work.name, side), [])
        if what == "rate":
            return [1000 / ms for run in runs for ms in run["wall_ms"]]
        if what == "memory":
            return [(run["peak_bytes"] - run["idle_bytes"]) / 1e6 for run in runs]
        return [ms for run in runs for ms in run[f"{what}_ms"]]

    def renditions(self, work: Work, side: str) -> dict[str, dict]:
        runs = self.runs.get((work.name, side))
        return runs[-1]["renditions"] if runs else {}

    def judge(self, work: Work, variant: str, rendition: dict) -> dict:
        """SSIM and SSIMULACRA2 of a rendition; the same bytes of the same picture are judged once."""
        digest = hashlib.sha256(pathlib.Path(rendition["file"]).read_bytes()).hexdigest()
        key = f"{work.picture} {digest}"
        if key not in self.judged:
            decoded = self.scratch / "decoded.png"
            pictures.decode(rendition["file"], str(decoded))
            best = {"ssim": -1.0, "ssimulacra2": -1000.0}
            for reference in self.references(work.picture, variant, rendition):
                command = [os.environ["PEERS_PROGRAM"], "quality", str(reference), str(decoded)]
                done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=600)
                measured = json.loads(done.stdout)[str(decoded)]
                best = {name: max(best[name], measured[name]) for name in best}
            self.judged[key] = best
        return self.judged[key]

    def at_bytes_of_sharp(self, work: Work, variant: str, sharp: dict) -> dict | None:
        """SSIM and SSIMULACRA2 of ours at as many bytes, in proportion to their logarithm."""
        if variant == "avif":
            return None
        quality = {"large": 90, "medium": 85}.get(variant, 80)
        less = more = None
        while not (less and more) and 1 < quality < 100:
            made = self.transform(work, variant, sharp, quality)
            if made["bytes"] <= sharp["bytes"]:
                less, quality = made, quality + 1
            else:
                more, quality = made, quality - 1
        if not (less and more):
            return None
        part = math.log(sharp["bytes"] / less["bytes"]) / math.log(more["bytes"] / less["bytes"])
        below, above = (self.judge(work, variant, made) for made in (less, more))
        return {name: below[name] + part * (above[name] - below[name]) for name in LEAST}

    def transform(self, work: Work, variant: str, size: dict, quality: int) -> dict:
        out = self.scratch / work.name / f"{variant}-{quality}"
        out.mkdir(parents=True, exist_ok=True)
        command = [os.environ["PEERS_PROGRAM"], "transform", str(self.files[work.picture]), "--out", str(out)]
        command += ["--width", str(size["width"]), "--height", str(size["height"]), "--quality", str(quality)]
        command += ["--fit", "cover" if variant == "thumb" else "inside"]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=600)
        return json.loads(done.stdout)["renditions"]["webp"]

    def references(self, picture: str, variant: str, rendition: dict) -> list[pathlib.Path]:
        size = (rendition["width"], rendition["height"])
        folder = self.scratch / "references" / picture / f"{size[0]}x{size[1]}-{variant}"
        if not folder.exists():
            folder.mkdir(parents=True)
            for index, reference in enumerate(pictures.references(self.files[picture], size, variant == "thumb")):
                reference.save(folder / f"{index}.png", compress_level=1)
        return sorted(folder.iterdir())


def summary(values: list[float]) -> dict | None:
    if not values:
        return None
    return {"median": statistics.median(values), "min": min(values), "max": max(values), "count": len(values)}


def report(bench: Bench, work: Work) -> dict:
    """All about one row, as the JSON has it."""
    row = {"label": work.label, "measure": work.measure, "sides": {}, "variants": {}}
    for side in SIDES:
        kinds = ("cpu", "wall", "rate", "memory")
        row["sides"][side] = {kind: summary(bench.values(work, side, kind)) for kind in kinds}
        row["sides"][side]["error"] = bench.errors.get((work.name, side))
        for variant, rendition in bench.renditions(work, side).items():
            facts = {name: rendition[name] for name in ("bytes", "width", "height")}
            facts |= bench.judge(work, variant, rendition)
            row["variants"].setdefault(variant, {})[side] = facts
    for variant, of in row["variants"].items():
        if "ours" in of and "sharp" in of:
            of["matched"] = bench.at_bytes_of_sharp(work, variant, of["sharp"])
    return row


def figures(row: dict, side: str) -> str:
    of = row["sides"][side]
    if of["error"]:
        return of["error"].removeprefix("peers: ")
    if row["measure"] == "rate":
        return f"{of['rate']['median']:.2f} /s"
    if row["measure"] == "memory":
        return f"{of['memory']['median']:.0f} MB"
    times = (of[kind]["median"] for kind in ("cpu", "wall"))
    return " / ".join(f"{ms:.1f}" if ms < 100 else f"{ms:.0f}" for ms in times)


def ratio(row: dict) -> str:
    ours, sharp = (row["sides"][side][row["measure"]] for side in ("ours", "sharp"))
    return f"{ours['median'] / sharp['median']:.2f} ×" if ours and sharp else "–"


def quality(of: dict) -> list[str]:
    """Bytes, SSIM and SSIMULACRA2, ours beside sharp's, and how far ours are ahead at sharp's bytes; what is outside the
    bars is marked."""
    ours, sharp, matched = of.get("ours"), of.get("sharp"), of.get("matched")
    cells = []
    for name, form in (("bytes", "{:,}"), ("ssim", "{:.4f}"), ("ssimulacra2", "{:.2f}")):
        cell = " / ".join(form.format(one[name]) if one else "–" for one in (ours, sharp))
        if ours and sharp:
            if name == "bytes":
                cell += f" ({ours[name] / sharp[name] - 1:+.1%})"
            elif matched is None:
                cell += " !" if ours[name] - sharp[name] < LEAST[name] else ""
        cells.append(cell)
    if matched:
        ahead = {name: matched[name] - sharp[name] for name in LEAST}
        missed = any(ahead[name] < least for name, least in LEAST.items())
        cells.append(f"{ahead['ssim']:+.4f} / {ahead['ssimulacra2']:+.2f}" + (" !" if missed else ""))
    else:
        cells.append("–")
    return cells


def table(rows: list[dict]) -> str:
    lines = [["work", "sharp CPU / wall ms", "ours CPU / wall ms", "ours : sharp", "rendition",
              "bytes ours / sharp", "SSIM ours / sharp", "SSIMULACRA2 ours / sharp", "ahead at sharp's bytes"]]
    lines.append(["---"] * len(lines[0]))
    shown: list[tuple[int, dict]] = []
    for number, row in enumerate(rows, 1):
        left = [f"{number}. {row['label']}", figures(row, "sharp"), figures(row, "ours"), ratio(row)]
        same = next((earlier for earlier, variants in shown if variants == row["variants"] != {}), None)
        if same:
            lines.append([*left, f"as row {same}", "", "", "", ""])
            continue
        shown.append((number, row["variants"]))
        names = sorted(row["variants"], key=["large", "medium", "thumb", "webp", "avif"].index)
        for name in names or [""]:
            lines.append([*left, name, *(quality(row["variants"][name]) if name else [""] * 4)])
            left = [""] * 4
    widths = [max(map(len, column)) for column in zip(*lines)]
    padded = ([cell.ljust(width) for cell, width in zip(line, widths)] for line in lines)
    return "\n".join("| " + " | ".join(line) + " |" for line in padded)


def circumstances(corpus: pathlib.Path | None) -> dict:
    def said_by(*command: str) -> str:
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT).stdout.strip()

    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "")
    versions = "const s = require('sharp'); console.log(s.versions.sharp, 'libvips', s.versions.vips)"
    return {
        "ours": said_by("git", "describe", "--always", "--dirty"),
        "sharp": said_by("node", "-e", versions),
        "node": said_by("node", "--version"),
        "heif-convert": shutil.which("heif-convert") is not None,
        "machine": f"{cpu or platform.machine()}, {os.cpu_count()} cores",
        "pictures": "the corpus's photographs" if corpus else "drawn",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="mana-media beside sharp: one table of cost, bytes and quality")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each side (default %(default)s)")
    parser.add_argument("--only", nargs="+", choices=[work.name for work in WORKS], help="only these rows")
    parser.add_argument("--json", type=pathlib.Path, help="where all figures go, with minima and maxima")
    arguments = parser.parse_args()

    cache = pathlib.Path(os.environ["PEERS_CACHE"])
    corpus = pathlib.Path(os.environ.get("MANA_CORPUS") or ROOT.parent / "shared/corpus")
    corpus = corpus if (corpus / "formats/jpeg/photo_12mp.jpg").exists() else None
    made_by = hashlib.sha256((HERE / "pictures.py").read_bytes() + str(corpus).encode()).hexdigest()[:12]
    files = pictures.make(cache / f"pictures-{made_by}", corpus)
    works = [work for work in WORKS if work.picture in files and work.name in (arguments.only or [work.name])]
    told = circumstances(corpus) | {"load_before": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory(prefix="peers-") as scratch:
        bench = Bench(pathlib.Path(scratch), files)
        for turn in range(arguments.rounds):
            print(f"round {turn + 1} of {arguments.rounds}", file=sys.stderr)
            for work in works:
                for side in SIDES if turn % 2 == 0 else reversed(SIDES):
                    bench.measure(work, side)
        told["load_after"] = os.getloadavg()[0]
        print("judging the renditions", file=sys.stderr)
        rows = {work.name: report(bench, work) for work in works}
    print(table(list(rows.values())))
    print(f"""
Medians of {arguments.rounds} rounds, both sides in turn. CPU is user and system time of one picture. Ours {told['ours']}; sharp {told['sharp']},
Node {told['node']}; {told['machine']}; load average {told['load_before']:.1f} before, {told['load_after']:.1f} after; pictures: {told['pictures']}.
Quality is against a Lanczos downscale of the full decode in sRGB. `!`: at sharp's bytes more than
{-LEAST['ssim']} SSIM or {-LEAST['ssimulacra2']} SSIMULACRA2 below sharp's (AVIF: as it comes).""")
    to = arguments.json or cache / "peers.json"
    to.write_text(json.dumps({"circumstances": told, "rounds": arguments.rounds, "rows": rows}, indent=1))
    print(f"All figures: {to}")


if __name__ == "__main__":
    main()
