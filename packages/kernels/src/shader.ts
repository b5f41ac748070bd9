// WGSL text → what a Program needs to dispatch it: bindings by name, the fields of its uniform, a cached pipeline.

import type { Gpu } from './device.ts'
import { GpuError } from './errors.ts'

/** A kernel's text with its constants set. Made by {@link shader}; the text is its identity in the pipeline cache. */
export interface Shader {
  readonly name: string
  readonly code: string
  /** storage bindings in binding order */
  readonly bindings: readonly { name: string; binding: number; writes: boolean }[]
  /** the uniform `dims`: its binding and its fields, each 4 bytes, in order; undefined if the kernel has none */
  readonly uniform: { binding: number; fields: readonly { name: string; type: 'u32' | 'f32' }[] } | undefined
}

const cache = new Map<string, Shader>()

/**
 * Sets the named module-scope `const`s of a kernel and reads its interface.
 * The text must have `struct Dims {...}` with u32 and f32 fields if it has a `var<uniform> dims: Dims`.
 * @throws Error naming the constant that the text does not declare.
 */
export function shader(name: string, source: string, constants: Record<string, number | boolean> = {}): Shader {
  const key = `${name}\n${JSON.stringify(constants)}\n${source}`
  const known = cache.get(key)
  if (known) return known
  let code = source
  for (const [constant, value] of Object.entries(constants)) {
    const declaration = new RegExp(`^(const ${constant}(?:\\s*:\\s*\\w+)?\\s*=\\s*)[^;]+;`, 'm')
    if (!declaration.test(code)) throw new Error(`shader ${name}: the text has no "const ${constant} = ...;"`)
    code = code.replace(declaration, `$1${value};`)
  }
  const bindings = [...code.matchAll(/@binding\((\d+)\)\s*var<storage,\s*(read_write|read)>\s*(\w+)/g)].map((m) => ({
    name: m[3],
    binding: Number(m[1]),
    writes: m[2] === 'read_write',
  }))
  const uniform = /@binding\((\d+)\)\s*var<uniform>\s*dims\s*:\s*Dims/.exec(code)
  const struct = /struct Dims\s*\{([^}]*)\}/.exec(code)
  const fields = [...(struct?.[1] ?? '').matchAll(/(\w+)\s*:\s*(u32|f32)/g)].map((m) => ({
    name: m[1],
    type: m[2] as 'u32' | 'f32',
  }))
  const made: Shader = { name, code, bindings, uniform: uniform ? { binding: Number(uniform[1]), fields } : undefined }
  cache.set(key, made)
  return made
}

const pipelines = new WeakMap<GPUDevice, Map<string, Promise<GPUComputePipeline>>>()

/** The compiled pipeline of a shader on a device; compiled once. @throws GpuError with the compiler's message. */
export function pipelineOf(gpu: Gpu, { name, code }: Shader): Promise<GPUComputePipeline> {
  let known = pipelines.get(gpu.device)
  if (!known) pipelines.set(gpu.device, (known = new Map()))
  let pipeline = known.get(code)
  if (!pipeline) {
    gpu.device.pushErrorScope('validation') // the compiler's words are reported below, once
    const module = gpu.device.createShaderModule({ label: name, code })
    gpu.device.popErrorScope().catch(() => {})
    pipeline = gpu.device
      .createComputePipelineAsync({ label: name, layout: 'auto', compute: { module, entryPoint: 'main' } })
      .catch(async (error: Error) => {
        const info = await module.getCompilationInfo()
        const lines = info.messages.map((m) => `  line ${m.lineNum}: ${m.message}`).join('\n')
        throw new GpuError(`the shader ${name} does not compile: ${lines || error.message}`)
      })
    known.set(code, pipeline)
  }
  return pipeline
}

/** How many pipelines have been compiled on this device (a step must not add any). */
export function pipelineCount(gpu: Gpu): number {
  return pipelines.get(gpu.device)?.size ?? 0
}

/**
 * Workgroup counts for `n` workgroups in a row: x up to WebGPU's 65,535, the rest in y. A kernel finds its
 * workgroup's number as `wid.y * nwg.x + wid.x` and must leave when that is ≥ n.
 */
export function grid(n: number): [number, number, number] {
  if (n <= 65535) return [n, 1, 1]
  const y = Math.ceil(n / 65535)
  return [Math.ceil(n / y), y, 1]
}
