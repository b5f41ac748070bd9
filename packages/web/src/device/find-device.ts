// What this browser offers: an adapter, or the reason why there is none.

import { signal } from '@preact/signals'

export type Missing = 'insecure' | 'no-webgpu' | 'no-adapter'

export type DeviceState =
  | { kind: 'looking' }
  | { kind: 'found'; name: string; software: boolean; detail: string }
  | { kind: 'missing'; why: Missing; message?: string }

export const device = signal<DeviceState>({ kind: 'looking' })

export async function findDevice(): Promise<void> {
  device.value = await look()
}

/** Whether an adapter of that name is a program that computes on the processor. */
export function isSoftware(name: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|basic render/i.test(name)
}

async function look(): Promise<DeviceState> {
  if (!globalThis.isSecureContext) return { kind: 'missing', why: 'insecure' }
  if (!navigator.gpu) return { kind: 'missing', why: 'no-webgpu' }
  try {
    const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' })
    if (!adapter) return { kind: 'missing', why: 'no-adapter' }
    const { vendor, architecture, device: model, description } = adapter.info
    const name = [vendor, architecture, model].filter(Boolean).join(' ') || 'unnamed adapter'
    const software = adapter.info.isFallbackAdapter || isSoftware(name)
    const memory = `buffers up to ${Math.round(adapter.limits.maxBufferSize / 2 ** 20)} MB`
    return { kind: 'found', name, software, detail: [description, memory].filter(Boolean).join(', ') }
  } catch (error) {
    return { kind: 'missing', why: 'no-adapter', message: (error as Error).message }
  }
}
