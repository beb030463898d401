//! What drawing a parsed SVG would take, in pixels painted and in bytes of layers, reckoned on the tree that is drawn.

use resvg::{
    tiny_skia::Rect,
    usvg::{Fill, Group, Node, Paint, Path, Stroke, Tree, filter},
};

use super::guard::over;
use crate::imaging::Error;

/// Bytes of layers that may be held at once.
pub(super) const MAX_LAYER_BYTES: u64 = 512 << 20;
/// Pixels painted, each weighted by what it costs to: about four seconds.
const MAX_WORK: f64 = 1.2e9;
/// Nodes drawn; every one costs something, however small.
const MAX_DRAWN: u64 = 200_000;
/// Dashes after which the renderer gives a path up.
const MAX_DASHES: f64 = 1e6;
/// What a dash costs, in pixels.
const DASH_WORK: f64 = 100.0;
/// The renderer clips layers to this many canvases in each direction.
const LAYER_CANVASES: f64 = 5.0;

/// Refuses a drawing that would take too long or too much memory at that scale, on a canvas of that size.
pub(super) fn check(tree: &Tree, scale: f32, (width, height): (u32, u32)) -> Result<(), Error> {
    let mut budget = Budget {
        scale: f64::from(scale),
        canvas: (f64::from(width), f64::from(height)),
        work: 0.0,
        drawn: 0,
    };
    let canvas = u64::from(width) * u64::from(height) * 4;
    budget.group(tree.root(), canvas)
}

struct Budget {
    scale: f64,
    canvas: (f64, f64),
    work: f64,
    drawn: u64,
}

impl Budget {
    /// Pixels of a box in the file's units that lie where anything is drawn.
    fn pixels(&self, area: Rect, canvases: f64) -> f64 {
        let side = |side: f32, canvas: f64| {
            (f64::from(side) * self.scale + 4.0).clamp(1.0, canvas * canvases)
        };
        side(area.width(), self.canvas.0) * side(area.height(), self.canvas.1)
    }

    fn spend(&mut self, work: f64) -> Result<(), Error> {
        self.work += work;
        self.drawn += 1;
        if self.work > MAX_WORK || self.drawn > MAX_DRAWN {
            return Err(over("drawing takes too long"));
        }
        Ok(())
    }

    /// `held` is the bytes of the layers below.
    fn group(&mut self, group: &Group, held: u64) -> Result<(), Error> {
        let mut held = held;
        if group.should_isolate() {
            let pixels = self.pixels(group.abs_layer_bounding_box().to_rect(), LAYER_CANVASES);
            // A filter keeps the results of its steps.
            let copies: usize = group
                .filters()
                .iter()
                .map(|filter| filter.primitives().len() + 2)
                .sum();
            held = held.saturating_add(pixels as u64 * 4 * (1 + copies as u64));
            self.spend(pixels * 2.0)?;
            for filter in group.filters() {
                for primitive in filter.primitives() {
                    self.spend(pixels * self.weight(primitive.kind()))?;
                    if let filter::Kind::Image(image) = primitive.kind() {
                        self.group(image.root(), held)?;
                    }
                }
            }
            let mut clip = group.clip_path();
            while let Some(path) = clip {
                held = held.saturating_add(pixels as u64 * 4);
                self.spend(pixels * 2.0)?;
                self.group(path.root(), held)?;
                clip = path.clip_path();
            }
            let mut mask = group.mask();
            while let Some(next) = mask {
                held = held.saturating_add(pixels as u64 * 4);
                self.spend(pixels * 4.0)?;
                self.group(next.root(), held)?;
                mask = next.mask();
            }
        }
        if held > MAX_LAYER_BYTES {
            return Err(over("layers take too much memory"));
        }
        group
            .children()
            .iter()
            .try_for_each(|node| self.node(node, held))
    }

    fn node(&mut self, node: &Node, held: u64) -> Result<(), Error> {
        match node {
            Node::Group(group) => self.group(group, held),
            Node::Text(text) => self.group(text.flattened(), held),
            Node::Image(image) => {
                let size = f64::from(image.size().width()) * f64::from(image.size().height());
                self.spend(size * 10.0 + self.pixels(image.abs_bounding_box(), 1.0) * 4.0)
            }
            Node::Path(path) => self.path(path, held),
        }
    }

    fn path(&mut self, path: &Path, held: u64) -> Result<(), Error> {
        let area = self.pixels(path.abs_bounding_box(), 1.0);
        let segments = path.data().len() as f64;
        let mut work = segments * 20.0;
        if path.fill().is_some() {
            work += area * 0.5;
        }
        if let Some(stroke) = path.stroke() {
            // At most from corner to corner of the picture for each segment.
            let (width, height) = self.canvas;
            let length = segments * width.hypot(height);
            let thickness = f64::from(stroke.width().get()) * self.scale + 1.0;
            work += (length * thickness).min(area) * 0.5;
            work += Self::dashes(stroke, path) * DASH_WORK;
        }
        self.spend(work)?;
        let paints = [
            path.fill().map(Fill::paint),
            path.stroke().map(Stroke::paint),
        ];
        for paint in paints.into_iter().flatten() {
            if let Paint::Pattern(pattern) = paint {
                let tile = self.pixels(pattern.rect().to_rect(), LAYER_CANVASES);
                self.spend(tile)?;
                self.group(pattern.root(), held.saturating_add(tile as u64 * 4))?;
            }
        }
        Ok(())
    }

    /// Dashes that a stroke may be cut into.
    fn dashes(stroke: &Stroke, path: &Path) -> f64 {
        let Some(pattern) = stroke.dasharray() else {
            return 0.0;
        };
        let period = f64::from(pattern.iter().sum::<f32>()).max(1e-6);
        let bounds = path.data().bounds();
        let across = f64::from(bounds.width()).hypot(f64::from(bounds.height()));
        let length = across * path.data().len() as f64;
        (length / period * pattern.len() as f64).min(MAX_DASHES)
    }

    /// What one pixel of a filter step costs, in plain pixels.
    fn weight(&self, kind: &filter::Kind) -> f64 {
        match kind {
            filter::Kind::Turbulence(turbulence) => {
                60.0 * f64::from(turbulence.num_octaves().max(1))
            }
            filter::Kind::ConvolveMatrix(convolve) => {
                let matrix = convolve.matrix();
                5.0 + 3.0 * f64::from(matrix.columns()) * f64::from(matrix.rows())
            }
            filter::Kind::Morphology(morphology) => {
                let reach = |radius: f32, canvas: f64| {
                    (f64::from(radius) * self.scale * 2.0 + 1.0).min(canvas * LAYER_CANVASES)
                };
                5.0 + 2.0
                    * reach(morphology.radius_x().get(), self.canvas.0)
                    * reach(morphology.radius_y().get(), self.canvas.1)
            }
            filter::Kind::DiffuseLighting(_) | filter::Kind::SpecularLighting(_) => 30.0,
            filter::Kind::GaussianBlur(_) | filter::Kind::DropShadow(_) => 20.0,
            _ => 8.0,
        }
    }
}
