import { useSignal } from '@preact/signals'
import { download, fileName } from '../report/download.ts'

interface Shared {
  adapter: { name: string }
}

/** The results as JSON, to keep or to send to someone. */
export function ShareButtons<Content extends Shared>({ content }: { content: Content }) {
  const copied = useSignal('')
  const text = () =>
    JSON.stringify({ ...content, browser: navigator.userAgent, date: new Date().toISOString() }, null, 2)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text())
      copied.value = 'Copied.'
    } catch {
      copied.value = 'The browser did not allow copying; save the file instead.'
    }
  }
  return (
    <div class="actions">
      <button type="button" onClick={copy}>
        Copy as JSON
      </button>
      <button
        type="button"
        onClick={() => download(`kernels-${fileName(content.adapter.name)}.json`, text(), 'application/json')}
      >
        Save as JSON
      </button>
      <span role="status">{copied.value}</span>
    </div>
  )
}
