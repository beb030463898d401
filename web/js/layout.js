// Where pictures lie: rows of equal height that fill the width, by day. Pure arithmetic.

export const GAP = 4;
export const HEAD = 52; // a month's heading
export const DAY = 34; // a day's heading
const DAY_GAP = 20; // between days, across and down
const END = 16; // below a month
const MIN_DAY = 132; // for a day's name

export const rowHeight = (width) => (width < 480 ? 112 : width < 900 ? 160 : width < 1800 ? 204 : 236);

// Width to height. Panoramas and strips are shown in part; what has no size is a tile.
const ratio = (item) => (item.width > 0 && item.height > 0 ? Math.min(3.2, Math.max(0.5, item.width / item.height)) : 1);

// How high a month will be of which only the number of pictures is known. On average pictures are 1.3 wide, and a day ends in half a row.
export const estimate = (count, width) => {
  const row = rowHeight(width) + GAP;
  const perRow = Math.max(1, width / (row * 1.25));
  const days = Math.min(30, Math.ceil(count / 3));
  const lines = Math.max(Math.ceil(days / 3), count > perRow * 15 ? days : 0);
  return HEAD + lines * (DAY + DAY_GAP) + Math.ceil(count / perRow + lines * 0.4) * row + END;
};

// Rows of one day: gives how high and wide they are; writes x, y, w, h of each.
const fillRows = (items, first, last, width, box) => {
  const target = rowHeight(width);
  let y = 0;
  let from = first;
  let widest = 0;
  const place = (to, height) => {
    let x = 0;
    for (let i = from; i < to; i++) {
      const w = ratio(items[i]) * height;
      box.x[i] = x;
      box.y[i] = y;
      box.w[i] = w;
      box.h[i] = height;
      x += w + GAP;
    }
    widest = Math.max(widest, x - GAP);
    y += height + GAP;
    from = to;
  };
  let sum = 0;
  for (let i = first; i < last; i++) {
    const next = sum + ratio(items[i]);
    const gaps = (i - from) * GAP;
    if (next * target + gaps < width) {
      sum = next;
      continue;
    }
    // Full with this one. Is that or the row without it nearer to the height that we want?
    const withIt = (width - gaps) / next;
    const without = i > from ? (width - gaps + GAP) / sum : Infinity;
    if (target - withIt <= without - target) {
      place(i + 1, withIt);
      sum = 0;
    } else {
      place(i, without);
      sum = ratio(items[i]);
    }
  }
  if (from < last) place(last, Math.min(target, (width - (last - from - 1) * GAP) / sum));
  return { height: y - GAP, width: Math.min(width, widest) };
};

// A month: `groups` are its days, or with `byDay` false one; each has a box, and its items are placed within that.
export const layout = (items, width, byDay) => {
  const count = items.length;
  const box = { x: new Float32Array(count), y: new Float32Array(count), w: new Float32Array(count), h: new Float32Array(count) };
  const groups = [];
  const head = byDay ? DAY : 0;
  let top = byDay ? HEAD : 0;
  let left = 0;
  let lineHeight = 0;
  const endLine = () => {
    if (lineHeight) top += lineHeight + DAY_GAP;
    left = 0;
    lineHeight = 0;
  };
  for (let first = 0; first < count;) {
    let last = first + 1;
    while (last < count && (!byDay || items[last].day === items[first].day)) last++;
    const rows = fillRows(items, first, last, width, box);
    const isOneRow = box.y[last - 1] === 0;
    const wanted = Math.min(width, Math.max(rows.width, MIN_DAY));
    // Short days stand side by side.
    if (!isOneRow || left + wanted > width) endLine();
    groups.push({ day: items[first].day, first, last, top, left, width: isOneRow ? wanted : width, height: rows.height + head });
    lineHeight = Math.max(lineHeight, rows.height + head);
    left += wanted + DAY_GAP;
    if (!isOneRow) endLine();
    first = last;
  }
  endLine();
  return { ...box, groups, head, height: top - DAY_GAP + (byDay ? END : GAP) };
};
