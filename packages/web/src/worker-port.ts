// This side of a dedicated worker's channel, with types.

interface Scope {
  postMessage(message: unknown, transfer?: Transferable[]): void
  onmessage: ((event: MessageEvent) => void) | null
}

export function workerPort<In, Out>(listen: (message: In) => void): (message: Out, transfer?: Transferable[]) => void {
  const scope = globalThis as unknown as Scope
  scope.onmessage = (event) => listen(event.data)
  return (message, transfer = []) => scope.postMessage(message, transfer)
}
