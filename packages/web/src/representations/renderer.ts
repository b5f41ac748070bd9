// Draws one cloud of points into a canvas with WebGPU. One device serves all canvases of the page.

import { isSoftware } from '../device/find-device.ts'
import { FIELD } from './camera.ts'
import { LINES, POINTS } from './points.wgsl.ts'
import { CanvasSurface, CopySurface, type Surface } from './surface.ts'

export interface Scene {
  /** pixels */
  width: number
  height: number
  /** (items, 3) */
  positions: Float32Array
  /** (items): class in bit 0, truth in bit 1, chosen in bit 2 */
  flags: Uint32Array
  /** pairs of ends: x, y, z and how strong, 0 to 1 */
  lines: Float32Array
  matrix: Float32Array
  /** of the camera from the origin */
  distance: number
  /** radius of a point in the space's units */
  radius: number
  /** red, green, blue from 0 to 1 */
  colours: { classes: [number[], number[]]; back: number[]; ink: number[] }
}

const SAMPLES = 4
const FOCUS = 1 / Math.tan(FIELD / 2)
const RGB = 0x7 // the alpha that a fragment gives is its coverage; the picture itself is opaque
const UNIFORM_FLOATS = 16 + 8 + 4 + 4 + 4
const DEPTH = 'depth24plus'

export interface Drawer {
  device: GPUDevice
  /** a processor does the work */
  software: boolean
}

let opening: Promise<Drawer> | undefined

/** The device that draws; opened anew after one was lost. @throws Error when the browser gives none. */
export function openDrawer(): Promise<Drawer> {
  opening ??= open().catch((error) => {
    opening = undefined
    throw error
  })
  return opening
}

async function open(): Promise<Drawer> {
  const adapter = await navigator.gpu.requestAdapter()
  if (!adapter) throw new Error('the browser gives no GPU to draw with')
  const device = await adapter.requestDevice({ label: 'drawing' })
  device.lost.then(() => {
    opening = undefined
  })
  const { vendor, architecture, device: model, isFallbackAdapter } = adapter.info
  return { device, software: isFallbackAdapter || isSoftware(`${vendor} ${architecture} ${model}`) }
}

export class CloudRenderer {
  readonly #device: GPUDevice
  readonly #surface: Surface
  readonly #points: GPURenderPipeline
  readonly #lines: GPURenderPipeline
  readonly #uniform: GPUBuffer
  readonly #binds: GPUBindGroup
  readonly #buffers = new Map<string, GPUBuffer>()
  #targets: GPUTexture[] = []

  constructor({ device, software }: Drawer, canvas: HTMLCanvasElement) {
    this.#device = device
    // a browser that draws its pages without a GPU may not be able to show what WebGPU draws
    this.#surface = software ? new CopySurface(device, canvas) : new CanvasSurface(device, canvas)
    const { format } = this.#surface
    const layout = device.createBindGroupLayout({
      entries: [{ binding: 0, visibility: GPUShaderStage.VERTEX | GPUShaderStage.FRAGMENT, buffer: {} }],
    })
    const pipelines = { device, format, layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }) }
    this.#points = pointPipeline(pipelines)
    this.#lines = linePipeline(pipelines)
    this.#uniform = device.createBuffer({
      size: UNIFORM_FLOATS * 4,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    })
    this.#binds = device.createBindGroup({ layout, entries: [{ binding: 0, resource: { buffer: this.#uniform } }] })
  }

  draw(scene: Scene): void {
    const { width, height } = scene
    if (width === 0 || height === 0) return
    const device = this.#device
    device.queue.writeBuffer(this.#uniform, 0, uniforms(scene, width / height))
    const positions = this.#fill('positions', scene.positions)
    const flags = this.#fill('flags', scene.flags)
    const lines = this.#fill('lines', scene.lines)
    const [colour, depth] = this.#targetsOf(width, height)
    const encoder = device.createCommandEncoder()
    const pass = encoder.beginRenderPass({
      colorAttachments: [
        {
          view: colour.createView(),
          resolveTarget: this.#surface.texture(width, height).createView(),
          clearValue: [...scene.colours.back, 1],
          loadOp: 'clear',
          storeOp: 'discard',
        },
      ],
      depthStencilAttachment: {
        view: depth.createView(),
        depthClearValue: 1,
        depthLoadOp: 'clear',
        depthStoreOp: 'discard',
      },
    })
    pass.setBindGroup(0, this.#binds)
    pass.setPipeline(this.#lines)
    pass.setVertexBuffer(0, lines)
    pass.draw(scene.lines.length / 4)
    pass.setPipeline(this.#points)
    pass.setVertexBuffer(0, positions)
    pass.setVertexBuffer(1, flags)
    pass.draw(4, scene.flags.length)
    pass.end()
    this.#surface.finish(encoder)
    device.queue.submit([encoder.finish()])
    this.#surface.show()
  }

  destroy(): void {
    for (const thing of [this.#uniform, ...this.#buffers.values(), ...this.#targets]) thing.destroy()
    this.#surface.destroy()
  }

  /** A vertex buffer that holds `data`; made anew only when it has to grow. */
  #fill(name: string, data: Float32Array | Uint32Array): GPUBuffer {
    let buffer = this.#buffers.get(name)
    if (!buffer || buffer.size < data.byteLength) {
      buffer?.destroy()
      buffer = this.#device.createBuffer({
        label: name,
        size: Math.max(16, data.byteLength),
        usage: GPUBufferUsage.VERTEX | GPUBufferUsage.COPY_DST,
      })
      this.#buffers.set(name, buffer)
    }
    this.#device.queue.writeBuffer(buffer, 0, data as Float32Array<ArrayBuffer>)
    return buffer
  }

  #targetsOf(width: number, height: number): GPUTexture[] {
    if (this.#targets[0]?.width === width && this.#targets[0].height === height) return this.#targets
    for (const target of this.#targets) target.destroy()
    this.#targets = [this.#surface.format, DEPTH].map((format) =>
      this.#device.createTexture({
        size: [width, height],
        sampleCount: SAMPLES,
        format: format as GPUTextureFormat,
        usage: GPUTextureUsage.RENDER_ATTACHMENT,
      }),
    )
    return this.#targets
  }
}

function uniforms({ matrix, colours, radius, distance }: Scene, aspect: number): Float32Array<ArrayBuffer> {
  const data = new Float32Array(UNIFORM_FLOATS)
  data.set(matrix)
  data.set([...colours.classes[0], 1, ...colours.classes[1], 1, ...colours.back, 1, ...colours.ink, 1], 16)
  // the same size in pixels both ways, by the shorter side
  const size = aspect >= 1 ? [radius / aspect, radius] : [radius, radius * aspect]
  data.set([size[0] * FOCUS, size[1] * FOCUS, Math.max(0.1, distance - 1), distance + 1], 32)
  return data
}

interface Pipelines {
  device: GPUDevice
  format: GPUTextureFormat
  layout: GPUPipelineLayout
}

function pointPipeline({ device, format, layout }: Pipelines): GPURenderPipeline {
  const module = device.createShaderModule({ label: 'points', code: POINTS })
  return device.createRenderPipeline({
    label: 'points',
    layout,
    vertex: {
      module,
      entryPoint: 'corner',
      buffers: [
        { arrayStride: 12, stepMode: 'instance', attributes: [{ shaderLocation: 0, offset: 0, format: 'float32x3' }] },
        { arrayStride: 4, stepMode: 'instance', attributes: [{ shaderLocation: 1, offset: 0, format: 'uint32' }] },
      ],
    },
    // coverage instead of blending: no order to keep, and the edges stay smooth
    fragment: { module, entryPoint: 'paint', targets: [{ format, writeMask: RGB }] },
    primitive: { topology: 'triangle-strip' },
    depthStencil: { format: DEPTH, depthWriteEnabled: true, depthCompare: 'less' },
    multisample: { count: SAMPLES, alphaToCoverageEnabled: true },
  })
}

function linePipeline({ device, format, layout }: Pipelines): GPURenderPipeline {
  const module = device.createShaderModule({ label: 'lines', code: LINES })
  return device.createRenderPipeline({
    label: 'lines',
    layout,
    vertex: {
      module,
      entryPoint: 'end',
      buffers: [
        {
          arrayStride: 16,
          attributes: [
            { shaderLocation: 0, offset: 0, format: 'float32x3' },
            { shaderLocation: 1, offset: 12, format: 'float32' },
          ],
        },
      ],
    },
    fragment: { module, entryPoint: 'paint', targets: [{ format, writeMask: RGB }] },
    primitive: { topology: 'line-list' },
    depthStencil: { format: DEPTH, depthWriteEnabled: true, depthCompare: 'less' },
    multisample: { count: SAMPLES },
  })
}
