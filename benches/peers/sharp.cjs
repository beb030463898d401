// sharp's side of the comparison: what the service that mana-media replaces does with a picture, several times; leaves the
// renditions in a folder and prints what it took as JSON. `benches/peers/run` is what calls it.
'use strict';

const { execFileSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');

const exifr = require('exifr');
const sharp = require('sharp');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
    'warm-up': { type: 'boolean', default: false },
    out: { type: 'string' },
    width: { type: 'string' },
    height: { type: 'string' },
    format: { type: 'string', default: 'webp' },
    quality: { type: 'string', default: '85' },
    effort: { type: 'string' },
  },
});
const [work, file] = positionals;
const count = Number(values.count);
const jobs = Number(values.jobs);

const variantsOf = { thumb: [200, 'cover', 80, 0], medium: [800, 'inside', 85, 800], large: [1920, 'inside', 90, 1920] };

// A hash, the EXIF, and one sharp call for each variant that the picture's size calls for.
async function variants(bytes) {
  createHash('sha256').update(bytes).digest('hex');
  await exifr.parse(bytes).catch(() => undefined);
  const { width, height } = await sharp(bytes).metadata();
  const made = {};
  for (const [name, [side, fit, quality, over]] of Object.entries(variantsOf)) {
    if (width <= over && height <= over) continue;
    const inside = fit === 'inside' ? { withoutEnlargement: true } : {};
    made[name] = await sharp(bytes).resize(side, side, { fit, ...inside }).webp({ quality }).toBuffer();
  }
  return made;
}

async function transform(bytes) {
  const side = (value) => (value === undefined ? undefined : Number(value));
  const options = { quality: Number(values.quality) };
  if (values.effort !== undefined) options.effort = Number(values.effort);
  const made = await sharp(bytes)
    .resize(side(values.width), side(values.height), { fit: 'inside', withoutEnlargement: true })
    .toFormat(values.format, options)
    .toBuffer();
  return { [values.format]: made };
}

// sharp's own build has no HEVC: the picture is made a JPEG first, and that is what is hashed.
async function heic(_bytes, index) {
  const jpeg = path.join(values.out, `converted-${index}.jpg`);
  execFileSync('heif-convert', ['-q', '90', file, jpeg], { stdio: 'ignore' });
  return variants(fs.readFileSync(jpeg));
}

const perform = { variants, transform, heic }[work];

function residentBytes(field) {
  const status = fs.readFileSync('/proc/self/status', 'utf8');
  return Number(status.match(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm'))[1]) * 1024;
}

// User and system time of this process and, in ticks of 10 ms, of the programs that it ran.
function cpuMs() {
  const { user, system } = process.cpuUsage();
  const fields = fs.readFileSync('/proc/self/stat', 'utf8').split(') ').pop().split(' ');
  return (user + system) / 1000 + (Number(fields[13]) + Number(fields[14])) * 10;
}

async function main() {
  const idle = residentBytes('VmRSS');
  const bytes = fs.readFileSync(file);
  let made = {};
  if (values['warm-up']) await perform(bytes, 0);
  const cpu = [];
  const wall = [];
  if (jobs === 1) {
    for (let index = 0; index < count; index++) {
      const [cpuWas, wallWas] = [cpuMs(), performance.now()];
      made = await perform(bytes, index);
      cpu.push(cpuMs() - cpuWas);
      wall.push(performance.now() - wallWas);
    }
  } else {
    let begun = 0;
    const takeTurns = async () => {
      while (begun < count) made = await perform(bytes, begun++);
    };
    const [cpuWas, wallWas] = [cpuMs(), performance.now()];
    await Promise.all(Array.from({ length: jobs }, takeTurns));
    cpu.push((cpuMs() - cpuWas) / count);
    wall.push((performance.now() - wallWas) / count);
  }
  const peak = residentBytes('VmHWM');
  const renditions = {};
  for (const [name, buffer] of Object.entries(made)) {
    const out = path.join(values.out, `${name}.${name === 'avif' ? 'avif' : 'webp'}`);
    fs.writeFileSync(out, buffer);
    const { width, height } = await sharp(buffer).metadata();
    renditions[name] = { file: out, bytes: buffer.length, width, height };
  }
  console.log(JSON.stringify({ cpu_ms: cpu, wall_ms: wall, idle_bytes: idle, peak_bytes: peak, renditions }));
}

main().catch((error) => {
  console.error(`sharp: ${error.message}`);
  process.exit(1);
});
