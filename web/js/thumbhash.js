// Pictures of a few bytes: a decoder of ThumbHash (https://evanw.github.io/thumbhash/, after the MIT-licensed original by Evan Wallace).

const SIDE = 20;
const canvas = document.createElement('canvas');
const context = canvas.getContext('2d', { willReadFrequently: true });

// Hash as base64 to { width, height, pixels } in RGBA; the longer side has `side` pixels.
export const decode = (base64, side = SIDE) => {
  const hash = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const head = hash[0] | (hash[1] << 8) | (hash[2] << 16);
  const tail = hash[3] | (hash[4] << 8);
  const hasAlpha = head >> 23;
  const isLandscape = tail >> 15;
  const lx = Math.max(3, isLandscape ? (hasAlpha ? 5 : 7) : tail & 7);
  const ly = Math.max(3, isLandscape ? tail & 7 : hasAlpha ? 5 : 7);
  // The mean of luminance, of two colour differences, and of opacity; then the factors of their cosines, four bits each.
  const mean = [(head & 63) / 63, ((head >> 6) & 63) / 31.5 - 1, ((head >> 12) & 63) / 31.5 - 1, hasAlpha ? (hash[5] & 15) / 15 : 1];
  const scale = [((head >> 18) & 31) / 31, ((tail >> 3) & 63) / 63 * 1.25, ((tail >> 9) & 63) / 63 * 1.25, hasAlpha ? (hash[5] >> 4) / 15 : 0];
  let at = hasAlpha ? 12 : 10; // in half bytes
  const factors = (nx, ny, by) => {
    const list = [];
    for (let cy = 0; cy < ny; cy++) {
      for (let cx = cy ? 0 : 1; cx * ny < nx * (ny - cy); cx++) {
        list.push([cx, cy, (((hash[at >> 1] >> ((at & 1) << 2)) & 15) / 7.5 - 1) * by]);
        at++;
      }
    }
    return list;
  };
  const channels = [factors(lx, ly, scale[0]), factors(3, 3, scale[1]), factors(3, 3, scale[2]), hasAlpha ? factors(5, 5, scale[3]) : []];
  const ratio = (isLandscape ? lx : tail & 7) / (isLandscape ? tail & 7 : ly);
  const width = Math.round(ratio > 1 ? side : side * ratio);
  const height = Math.round(ratio > 1 ? side / ratio : side);
  const cosines = (size) => Array.from({ length: size }, (_, i) => Array.from({ length: 7 }, (__, c) => Math.cos(Math.PI / size * (i + 0.5) * c)));
  const [across, down] = [cosines(width), cosines(height)];
  const pixels = new Uint8ClampedArray(width * height * 4);
  const values = [...mean];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 4) {
      for (let channel = 0; channel < 4; channel++) {
        let sum = mean[channel];
        for (const [cx, cy, factor] of channels[channel]) sum += factor * across[x][cx] * down[y][cy] * 2;
        values[channel] = sum;
      }
      const [l, p, q, a] = values;
      const b = l - 2 / 3 * p;
      const r = (3 * l - b + q) / 2;
      pixels[i] = r * 255;
      pixels[i + 1] = (r - q) * 255;
      pixels[i + 2] = b * 255;
      pixels[i + 3] = a * 255;
    }
  }
  return { width, height, pixels };
};

const known = new Map();

// As a data: URL. The latest are kept, as scrolling back and forth asks for the same again.
export const placeholder = (base64) => {
  let url = known.get(base64);
  if (url !== undefined) return url;
  try {
    const { width, height, pixels } = decode(base64);
    canvas.width = width;
    canvas.height = height;
    context.putImageData(new ImageData(pixels, width, height), 0, 0);
    url = canvas.toDataURL();
  } catch {
    url = ''; // Not a hash: the colour stays.
  }
  if (known.size > 2000) known.delete(known.keys().next().value);
  known.set(base64, url);
  return url;
};
