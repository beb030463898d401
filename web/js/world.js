// A sketch of the world, drawn by hand from well-known coordinates to about a degree; enough to see where a picture was taken.
import { el, svg } from './dom.js';
import { t } from './i18n.js';

// Longitude and latitude of coasts, polygon after polygon.
const LAND = `-168 66 -162 70 -156 71 -141 70 -128 70 -115 68 -108 68 -96 68 -94 72 -88 68 -82 69 -86 66 -93 62 -94 59 -92 57 -85 55 -82 53 -80 51 -79 54 -77 57 -78 62 -72 62 -69 59 -65 60 -62 57 -56 52 -60 50 -66 50 -65 48 -61 46 -66 44 -70 43 -70 41 -74 40 -76 37 -76 35 -81 31 -80 27 -81 25 -82 27 -84 30 -90 29 -94 29 -97 27 -97 22 -95 19 -91 19 -90 21 -87 21 -88 16 -83 15 -83 10 -79 9 -77 8 -80 7 -83 8 -86 11 -88 13 -92 14 -97 16 -105 20 -106 23 -109 26 -113 31 -114 31 -110 24 -112 25 -115 29 -117 33 -121 35 -124 40 -124 47 -123 49 -130 55 -135 59 -145 60 -152 59 -158 56 -164 54 -158 58 -162 59 -166 61 -161 64
-73 78 -60 82 -35 83 -20 80 -20 74 -24 70 -33 68 -40 65 -43 60 -50 62 -54 67 -52 70 -58 75 -68 76
-90 73 -80 73 -72 71 -62 67 -65 63 -72 64 -78 65 -73 68 -80 70 -89 71
-117 73 -106 73 -102 69 -114 69
-90 76 -80 76 -64 81 -70 83 -88 82
-85 22 -80 23 -74 20 -78 20
-74 18 -73 20 -68 19 -71 18
-77 8 -72 12 -62 11 -52 5 -50 0 -44 -3 -37 -5 -35 -8 -39 -13 -39 -18 -42 -23 -48 -26 -49 -29 -54 -34 -58 -34 -57 -38 -62 -39 -65 -43 -67 -46 -69 -51 -68 -53 -65 -55 -71 -54 -75 -50 -74 -44 -73 -37 -71 -30 -70 -20 -76 -14 -81 -6 -80 -2 -77 4
-6 36 10 37 11 34 20 31 25 32 32 31 34 28 37 21 43 12 51 12 48 5 40 -3 39 -8 41 -15 35 -20 35 -24 32 -28 27 -34 20 -35 18 -32 14 -23 12 -17 13 -9 9 -1 9 4 4 6 -4 5 -8 4 -13 8 -17 13 -17 21 -13 27 -10 30
44 -25 47 -25 50 -15 49 -12 44 -17
-9 37 -9 43 -2 43 -1 46 -5 48 2 51 8 54 8 57 11 57 10 54 14 54 20 55 21 57 24 59 30 60 25 60 21 61 25 65 22 66 17 61 19 60 16 56 13 56 11 59 7 58 5 61 12 66 19 70 26 71 31 70 41 67 33 66 38 64 44 66 44 68 54 69 60 69 68 68 68 73 73 72 73 67 77 72 88 75 104 78 113 74 128 73 140 73 150 71 161 70 170 69 180 69 180 65 177 62 170 60 163 60 162 56 157 51 156 57 163 62 155 59 142 59 135 55 141 53 140 48 132 43 128 40 129 36 126 35 126 38 122 40 118 39 122 37 119 35 122 31 120 26 115 22 109 21 106 19 109 14 107 10 105 9 102 13 100 13 100 9 103 5 104 1 101 3 98 8 98 15 95 16 94 20 91 22 87 21 80 15 80 11 77 8 73 16 73 20 70 21 67 25 57 25 56 27 50 30 48 30 51 25 52 24 56 26 60 22 55 17 45 13 43 14 39 21 35 28 34 31 36 36 31 37 27 37 26 40 31 41 41 41 37 45 39 47 35 46 33 46 31 46 28 43 29 41 24 41 23 38 22 37 19 42 13 46 12 44 16 41 18 40 16 38 15 40 10 44 3 43 0 40 0 38 -5 36
47 45 53 47 54 37 49 37 50 41
-180 69 -170 66 -180 65
-5 50 1 51 2 53 -2 56 -3 59 -5 58 -3 54 -5 52
-10 52 -6 52 -6 55 -9 54
-24 65 -22 64 -14 65 -16 66 -22 66
11 79 20 77 27 80 16 80
52 71 57 71 69 77 60 76
130 31 132 34 136 34 140 35 142 39 140 41 139 38 133 36 130 33
140 42 145 43 142 45
142 46 144 49 143 54 142 52
120 23 121 22 122 25
120 16 122 18 124 13 121 14
122 7 126 6 126 9 123 9
109 1 113 3 117 7 119 5 116 -4 110 -3
95 6 101 2 106 -3 105 -6 98 2
105 -6 114 -7 114 -8 106 -7
119 -5 121 1 125 2 121 0 123 -4 120 -3
131 -1 141 -3 148 -6 151 -10 144 -8 138 -8 133 -4
114 -22 122 -18 129 -15 132 -11 136 -12 136 -15 140 -17 142 -11 146 -19 153 -26 151 -33 150 -37 145 -39 140 -38 136 -34 131 -31 124 -33 118 -35 115 -34
145 -41 148 -41 147 -43
173 -35 178 -38 175 -41 174 -39
173 -41 174 -42 170 -46 167 -46
80 9 82 7 80 6`;

const [LEFT, TOP, WIDTH, HEIGHT] = [-180, 84, 360, 142];

const path = () => LAND.split('\n').map((polygon) => `M${polygon.replace(/(\S+) (\S+)/g, (_, x, y) => `${x - LEFT},${TOP - y}`)}Z`).join('');

const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

// The map: `mark(latitude, longitude)`, `area(bbox)`, `clusters(features, onpick)` draw on it. `onpick(latitude, longitude)` and
// `onarea([west, south, east, north])` make it answer to a click and to a drag.
export const worldMap = ({ onpick, onarea } = {}) => {
  const dots = svg('g.dots');
  const box = svg('rect.area', { visibility: 'hidden' });
  const pin = svg('circle.pin', { r: 4, visibility: 'hidden' });
  const drawing = svg('svg.world', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': t('mapLabel') }, svg('path.land', { d: path(), 'fill-rule': 'evenodd' }), box, dots, pin);
  const set = (node, attributes) => {
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  };
  const map = {
    node: el('div.map', {}, drawing),
    mark(latitude, longitude) {
      const isPlace = Number.isFinite(latitude) && Number.isFinite(longitude);
      set(pin, isPlace ? { cx: longitude - LEFT, cy: TOP - latitude, visibility: 'visible' } : { visibility: 'hidden' });
    },
    area(bbox) {
      if (!bbox) return set(box, { visibility: 'hidden' });
      const [west, south, east, north] = bbox;
      return set(box, { x: west - LEFT, y: TOP - north, width: Math.max(0.5, east - west), height: Math.max(0.5, north - south), visibility: 'visible' });
    },
    clusters(features, onchoose) {
      const most = Math.max(...features.map(({ properties }) => properties.count), 1);
      // What can be pressed would not be told of in a picture.
      set(drawing, { role: 'group' });
      dots.replaceChildren(...features.map(({ geometry, properties }) => {
        const [x, y] = geometry.coordinates;
        const label = t('clusterLabel', { n: properties.count });
        const choose = (event) => {
          if (event.key && event.key !== 'Enter' && event.key !== ' ') return;
          event.preventDefault();
          event.stopPropagation();
          onchoose(properties.bbox);
        };
        return svg('circle', { cx: x - LEFT, cy: TOP - y, r: 1.6 + 4 * Math.sqrt(properties.count / most), role: 'button', tabindex: 0, 'aria-label': label, onclick: choose, onkeydown: choose }, svg('title', {}, label));
      }));
    },
  };
  const place = (event) => {
    const { left, top, width, height } = drawing.getBoundingClientRect();
    return [clamp((event.clientX - left) / width, 0, 1) * WIDTH + LEFT, TOP - clamp((event.clientY - top) / height, 0, 1) * HEIGHT];
  };
  let start = null;
  drawing.addEventListener('pointerdown', (event) => {
    if (!onpick && !onarea) return;
    start = place(event);
    if (onarea && event.target.localName !== 'circle') drawing.setPointerCapture(event.pointerId);
  });
  const area = (event) => {
    const end = place(event);
    return [Math.min(start[0], end[0]), Math.min(start[1], end[1]), Math.max(start[0], end[0]), Math.max(start[1], end[1])].map((value) => Math.round(value * 100) / 100);
  };
  drawing.addEventListener('pointermove', (event) => start && onarea && event.buttons && map.area(area(event)));
  drawing.addEventListener('pointerup', (event) => {
    if (!start) return;
    const box_ = area(event);
    const isDrag = box_[2] - box_[0] > 1 && box_[3] - box_[1] > 1;
    if (onarea && isDrag) onarea(box_);
    else if (onpick) onpick(box_[1], box_[0]);
    start = null;
  });
  return map;
};
