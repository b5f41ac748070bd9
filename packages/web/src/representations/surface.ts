// Where a picture ends up: in the canvas itself, or read back and put there as pixels.

export interface Surface {
  format: GPUTextureFormat
  /** what the next picture is drawn into */
  texture(width: number, height: number): GPUTexture
  /** the last thing that a picture's encoder does */
  finish(encoder: GPUCommandEncoder): void
  /** after the submit */
  show(): void
  destroy(): void
}

export class CanvasSurface implements Surface {
  readonly format = navigator.gpu.getPreferredCanvasFormat()
  readonly #canvas: HTMLCanvasElement
  readonly #context: GPUCanvasContext

  constructor(device: GPUDevice, canvas: HTMLCanvasElement) {
    this.#canvas = canvas
    this.#context = canvas.getContext('webgpu')!
    this.#context.configure({ device, format: this.format, alphaMode: 'opaque' })
  }

  texture(width: number, height: number) {
    resize(this.#canvas, width, height)
    return this.#context.getCurrentTexture()
  }
  finish() {}
  show() {}
  destroy() {
    this.#context.unconfigure()
  }
}

function resize(canvas: HTMLCanvasElement, width: number, height: number): void {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
}

const ALIGN = 256 // bytes per row of a copy

export class CopySurface implements Surface {
  readonly format = 'rgba8unorm'
  readonly #device: GPUDevice
  readonly #canvas: HTMLCanvasElement
  readonly #context: CanvasRenderingContext2D
  #texture: GPUTexture | undefined
  #pixels: GPUBuffer | undefined
  #reading = false
  #again = false

  constructor(device: GPUDevice, canvas: HTMLCanvasElement) {
    this.#device = device
    this.#canvas = canvas
    this.#context = canvas.getContext('2d')!
  }

  texture(width: number, height: number): GPUTexture {
    if (this.#texture?.width === width && this.#texture.height === height) return this.#texture
    this.#texture?.destroy()
    const usage = GPUTextureUsage.RENDER_ATTACHMENT | GPUTextureUsage.COPY_SRC
    this.#texture = this.#device.createTexture({ size: [width, height], format: this.format, usage })
    return this.#texture
  }

  finish(encoder: GPUCommandEncoder): void {
    if (this.#reading) return
    this.#copy(encoder)
  }

  /** Reads the picture; of those drawn while it reads, the last is read after it. */
  show(): void {
    if (this.#reading) {
      this.#again = true
      return
    }
    this.#read().catch(() => {}) // a lost device: the cloud opens another
  }

  destroy(): void {
    this.#texture?.destroy()
    this.#pixels?.destroy()
  }

  #copy(encoder: GPUCommandEncoder): void {
    const { width, height } = this.#texture!
    const bytesPerRow = Math.ceil((4 * width) / ALIGN) * ALIGN
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST
    this.#pixels = this.#device.createBuffer({ size: bytesPerRow * height, usage })
    encoder.copyTextureToBuffer({ texture: this.#texture! }, { buffer: this.#pixels, bytesPerRow }, [width, height])
  }

  async #read(): Promise<void> {
    const pixels = this.#pixels!
    const { width, height } = this.#texture!
    this.#reading = true
    try {
      await pixels.mapAsync(GPUMapMode.READ)
      const rows = new Uint8Array(pixels.getMappedRange())
      const stride = rows.length / height
      const image = this.#context.createImageData(width, height)
      for (let y = 0; y < height; y++) image.data.set(rows.subarray(y * stride, y * stride + 4 * width), y * 4 * width)
      resize(this.#canvas, width, height) // only now, as it empties the canvas
      this.#context.putImageData(image, 0, 0)
    } finally {
      pixels.destroy()
      this.#reading = false
    }
    if (!this.#again) return
    this.#again = false
    const encoder = this.#device.createCommandEncoder()
    this.#copy(encoder)
    this.#device.queue.submit([encoder.finish()])
    await this.#read()
  }
}
