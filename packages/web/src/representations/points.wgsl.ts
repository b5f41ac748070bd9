// Points as discs and rings that face the viewer, and lines.

const VIEW = /* wgsl */ `
struct View {
  matrix: mat4x4f,
  colours: array<vec4f, 2>, // of class 0 and 1
  back: vec4f, // what far things fade into
  ink: vec4f, // of lines, and of the mark around the chosen point
  size: vec2f, // of a point, in clip coordinates at distance 1
  near: f32, // distances between which things fade
  far: f32,
}
@group(0) @binding(0) var<uniform> view: View;

fn faded(colour: vec4f, w: f32) -> vec4f {
  let share = clamp((w - view.near) / (view.far - view.near), 0.0, 1.0);
  return vec4f(mix(colour.rgb, view.back.rgb, 0.6 * share), 1.0);
}
`

/** Class in bit 0, truth in bit 1, chosen in bit 2. */
export const POINTS = /* wgsl */ `
${VIEW}
struct Corner {
  @builtin(position) position: vec4f,
  @location(0) at: vec2f, // within the point, −1 to 1
  @location(1) @interpolate(flat) flags: u32,
  @location(2) @interpolate(flat) w: f32,
}

@vertex
fn corner(@builtin(vertex_index) index: u32, @location(0) position: vec3f, @location(1) flags: u32) -> Corner {
  let at = vec2f(f32(index & 1u), f32(index >> 1u)) * 2.0 - 1.0;
  var clip = view.matrix * vec4f(position, 1.0);
  let scale = select(1.0, 2.0, (flags & 4u) != 0u);
  let w = clip.w;
  clip = vec4f(clip.xy + at * view.size * scale, clip.zw);
  return Corner(clip, at, flags, w);
}

@fragment
fn paint(in: Corner) -> @location(0) vec4f {
  let chosen = (in.flags & 4u) != 0u;
  let r = length(in.at) * select(1.0, 2.0, chosen); // 1 at the edge of the point itself
  let blur = fwidth(r);
  if (chosen && r > 1.4) {
    let mark = 1.0 - smoothstep(2.0 - blur, 2.0, r);
    return vec4f(view.ink.rgb, mark);
  }
  let hole = select(0.5, -1.0, (in.flags & 2u) != 0u); // a ring where the truth is 0
  let cover = (1.0 - smoothstep(1.0 - blur, 1.0, r)) * smoothstep(hole - blur, hole, r);
  return vec4f(faded(view.colours[in.flags & 1u], in.w).rgb, cover);
}
`

export const LINES = /* wgsl */ `
${VIEW}
struct End {
  @builtin(position) position: vec4f,
  @location(0) strength: f32,
}

@vertex
fn end(@location(0) position: vec3f, @location(1) strength: f32) -> End {
  return End(view.matrix * vec4f(position, 1.0), strength);
}

@fragment
fn paint(in: End) -> @location(0) vec4f {
  return vec4f(mix(view.back.rgb, view.ink.rgb, in.strength), 1.0);
}
`
